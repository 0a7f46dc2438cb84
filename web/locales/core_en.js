/** The sentences of the base, the delegate's and the room's pages. Source of the keys. */
export const en = {
  language_floor: "Floor (original)",
  language_floor_short: "Floor",
  interface_language: "Language of this page",
  close: "Close",
  cancel: "Cancel",
  retry: "Try again",
  working: "Working…",
  dismiss: "Dismiss",
  "error.unknown": "That did not work ({code}). Try again.",
  "error.connection.offline": "You are offline at the moment. Try again when the page has reconnected.",
  "error.connection.timeout": "The server did not answer. Try again.",
};
