"""``python -m rotunda`` is ``rotunda``."""

import sys

from rotunda.cli import main

sys.exit(main())
