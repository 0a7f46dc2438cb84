/** @type {Record<keyof typeof import("./core_en.js").en, string>} */
export const zhHant = {
  language_floor: "現場原音",
  language_floor_short: "原音",
  interface_language: "本頁語言",
  close: "關閉",
  cancel: "取消",
  retry: "再試一次",
  working: "處理中…",
  dismiss: "知道了",
  "error.unknown": "未能完成（{code}），請再試一次。",
  "error.connection.offline": "目前離線，請待頁面重新連線後再試。",
  "error.connection.timeout": "伺服器沒有回應，請再試一次。",
};
