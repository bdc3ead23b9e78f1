import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Kart bilgilerinizi kontrol edip yeniden deneyin.",
  card_expired: "Bu kartın süresi dolmuş. Başka bir kart kullanın.",
  wrong_code: "Güvenlik kodu bu karta ait değil. Kontrol edip yeniden deneyin.",
  no_funds: "Bu kartta yeterli bakiye yok. Başka bir kart kullanın.",
  declined: "Bankanız ödemeyi reddetti. Başka bir kart kullanın veya bankanıza danışın.",
  total_changed: "Toplam tutar değişti. Yeni tutarı kontrol edin, sonra ödeyin.",
  unreachable: "Ödeme hizmetine ulaşılamıyor. Bağlantınızı kontrol edip yeniden deneyin; iki kez ödeme yapmazsınız.",
  too_slow: "Ödeme hizmeti zamanında yanıt vermedi. Yeniden deneyin; iki kez ödeme yapmazsınız.",
  offline: "Çevrimdışısınız. İnternete bağlanıp yeniden deneyin.",
  busy: "Ödeme hizmeti yoğun. Biraz bekleyip yeniden deneyin; iki kez ödeme yapmazsınız.",
  in_progress: "Ödemeniz işleniyor. Lütfen bekleyin.",
  not_ready: "Kart formu hâlâ yükleniyor. Biraz bekleyip yeniden deneyin.",
  not_loaded: "Kart formu yüklenemedi. Sayfayı yenileyin veya tarayıcınızda içerik engelleyen eklentileri kapatın.",
  order_expired: "Bir süre geçti ve bu siparişin süresi doldu. Ödemeye yeniden başlayın.",
  order_paid: "Bu siparişin ödemesi zaten yapıldı. Sizden yeniden ücret alınmadı.",
  enter_again: "Kart bilgileriniz artık saklanmıyor. Ödemek için yeniden girin.",
  bank_too_slow:
    "Bankanız zamanında yanıt vermedi ve hiçbir ücret alınmadı. Yeniden deneyin veya başka bir kart kullanın.",
  not_set_up: "Bu mağaza şu anda bu sayfada kart kabul edemiyor. Lütfen mağazaya bildirin.",
  not_safe: "Ödeme güvenliğiniz için durduruldu ve hiçbir ücret alınmadı. Başka bir ağ deneyin veya mağazaya bildirin.",
  wrong_clock: "Cihazınızın tarihi ve saati yanlış. Düzeltip yeniden deneyin.",
  generic: "Bir sorun oluştu. Yeniden deneyin; sorun sürerse mağazaya bildirin.",
};
export default texts;
