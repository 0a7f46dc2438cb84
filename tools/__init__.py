"""Developer tools, never installed."""
