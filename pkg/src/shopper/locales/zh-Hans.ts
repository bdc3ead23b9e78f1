import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "请检查银行卡信息，然后重试。",
  card_expired: "此卡已过期。请使用其他银行卡。",
  wrong_code: "安全码与此卡不符。请检查后重试。",
  no_funds: "此卡余额不足。请使用其他银行卡。",
  declined: "您的银行拒绝了这笔付款。请使用其他银行卡，或咨询您的银行。",
  total_changed: "总金额已更改。请核对新的金额，然后付款。",
  unreachable: "无法连接支付服务。请检查网络连接后重试，您不会重复付款。",
  too_slow: "支付服务未及时响应。请重试，您不会重复付款。",
  offline: "您已离线。请连接互联网后重试。",
  busy: "支付服务繁忙。请稍候重试，您不会重复付款。",
  in_progress: "正在处理您的付款。请稍候。",
  not_ready: "银行卡表单仍在加载。请稍候重试。",
  not_loaded: "无法加载银行卡表单。请重新加载页面，或关闭浏览器中拦截内容的功能。",
  order_expired: "由于时间已久，此订单已失效。请重新开始付款。",
  order_paid: "此订单已付款。没有再次扣款。",
  enter_again: "您的银行卡信息已不再保存。请重新输入以付款。",
  bank_too_slow: "您的银行未及时响应，没有扣款。请重试，或使用其他银行卡。",
  not_set_up: "本店目前无法在此页面接受银行卡。请告知商家。",
  not_safe: "为了您的安全，付款已停止，没有扣款。请换用其他网络，或告知商家。",
  wrong_clock: "您设备的日期和时间不正确。请更正后重试。",
  generic: "出了点问题。请重试；如果问题仍然存在，请告知商家。",
};
export default texts;
