import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Verifique os dados do seu cartão e tente novamente.",
  card_expired: "Este cartão expirou. Use outro.",
  wrong_code: "O código de segurança não corresponde a este cartão. Verifique-o e tente novamente.",
  no_funds: "Não há dinheiro suficiente neste cartão. Use outro.",
  declined: "O seu banco recusou o pagamento. Use outro cartão ou fale com o seu banco.",
  total_changed: "O total mudou. Verifique o novo total e depois pague.",
  unreachable:
    "Não é possível contactar o serviço de pagamento. Verifique a sua ligação e tente novamente; não pagará duas vezes.",
  too_slow: "O serviço de pagamento não respondeu a tempo. Tente novamente; não pagará duas vezes.",
  offline: "Está offline. Ligue-se à Internet e tente novamente.",
  busy: "O serviço de pagamento está ocupado. Aguarde um momento e tente novamente; não pagará duas vezes.",
  in_progress: "O seu pagamento está a ser processado. Aguarde, por favor.",
  not_ready: "O formulário do cartão ainda está a carregar. Aguarde um momento e tente novamente.",
  not_loaded:
    "Não foi possível carregar o formulário do cartão. Recarregue a página ou desative o que bloqueia conteúdos no seu navegador.",
  order_expired: "Passou algum tempo e este pedido expirou. Recomece o pagamento.",
  order_paid: "Este pedido já está pago. Não lhe foi cobrado novamente.",
  enter_again: "Os dados do seu cartão já não estão guardados. Introduza-os novamente para pagar.",
  bank_too_slow: "O seu banco não respondeu a tempo e nada foi cobrado. Tente novamente ou use outro cartão.",
  not_set_up: "De momento, esta loja não pode aceitar cartões nesta página. Por favor, avise a loja.",
  not_safe: "O pagamento foi interrompido para sua segurança e nada foi cobrado. Tente outra rede ou avise a loja.",
  wrong_clock: "A data e a hora do seu dispositivo estão erradas. Corrija-as e tente novamente.",
  generic: "Algo correu mal. Tente novamente e avise a loja se continuar.",
};
export default texts;
