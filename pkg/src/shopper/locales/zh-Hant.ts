import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "請檢查卡片資料，然後再試一次。",
  card_expired: "這張卡片已過期。請使用其他卡片。",
  wrong_code: "安全碼與這張卡片不符。請檢查後再試一次。",
  no_funds: "這張卡片的餘額不足。請使用其他卡片。",
  declined: "您的銀行拒絕了這筆付款。請使用其他卡片，或洽詢您的銀行。",
  total_changed: "總金額已變更。請核對新的金額，然後付款。",
  unreachable: "無法連線到付款服務。請檢查網路連線後再試一次，您不會重複付款。",
  too_slow: "付款服務未及時回應。請再試一次，您不會重複付款。",
  offline: "您目前離線。請連上網際網路後再試一次。",
  busy: "付款服務忙碌中。請稍候再試一次，您不會重複付款。",
  in_progress: "正在處理您的付款。請稍候。",
  not_ready: "卡片表單仍在載入。請稍候再試一次。",
  not_loaded: "無法載入卡片表單。請重新載入頁面，或關閉瀏覽器中封鎖內容的功能。",
  order_expired: "由於時間已久，這筆訂單已失效。請重新開始付款。",
  order_paid: "這筆訂單已付款。沒有再次扣款。",
  enter_again: "您的卡片資料已不再保存。請重新輸入以付款。",
  bank_too_slow: "您的銀行未及時回應，沒有扣款。請再試一次，或使用其他卡片。",
  not_set_up: "本商店目前無法在此頁面接受卡片。請通知商店。",
  not_safe: "為了您的安全，付款已停止，沒有扣款。請改用其他網路，或通知商店。",
  wrong_clock: "您裝置的日期和時間不正確。請更正後再試一次。",
  generic: "發生問題。請再試一次；如果問題仍然存在，請通知商店。",
};
export default texts;
