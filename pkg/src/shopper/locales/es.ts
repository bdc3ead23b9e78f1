import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Revise los datos de su tarjeta e inténtelo de nuevo.",
  card_expired: "Esta tarjeta ha caducado. Use otra.",
  wrong_code: "El código de seguridad no corresponde a esta tarjeta. Revíselo e inténtelo de nuevo.",
  no_funds: "No hay suficiente dinero en esta tarjeta. Use otra.",
  declined: "Su banco ha rechazado el pago. Use otra tarjeta o consulte a su banco.",
  total_changed: "El total ha cambiado. Revise el nuevo total y después pague.",
  unreachable: "No se puede acceder al servicio de pago. Revise su conexión e inténtelo de nuevo; no pagará dos veces.",
  too_slow: "El servicio de pago no ha respondido a tiempo. Inténtelo de nuevo; no pagará dos veces.",
  offline: "No tiene conexión. Conéctese a Internet e inténtelo de nuevo.",
  busy: "El servicio de pago está ocupado. Espere un momento e inténtelo de nuevo; no pagará dos veces.",
  in_progress: "Su pago se está procesando. Espere, por favor.",
  not_ready: "El formulario de la tarjeta aún se está cargando. Espere un momento e inténtelo de nuevo.",
  not_loaded:
    "No se ha podido cargar el formulario de la tarjeta. Recargue la página o desactive lo que bloquea contenidos en su navegador.",
  order_expired: "Ha pasado un tiempo y este pedido ha caducado. Empiece el pago de nuevo.",
  order_paid: "Este pedido ya está pagado. No se le ha vuelto a cobrar.",
  enter_again: "Los datos de su tarjeta ya no están guardados. Introdúzcalos de nuevo para pagar.",
  bank_too_slow: "Su banco no ha respondido a tiempo y no se ha cobrado nada. Inténtelo de nuevo o use otra tarjeta.",
  not_set_up: "Esta tienda no puede aceptar tarjetas en esta página por el momento. Por favor, avise a la tienda.",
  not_safe: "El pago se ha detenido por su seguridad y no se ha cobrado nada. Pruebe con otra red o avise a la tienda.",
  wrong_clock: "La fecha y la hora de su dispositivo no son correctas. Corríjalas e inténtelo de nuevo.",
  generic: "Algo ha salido mal. Inténtelo de nuevo y avise a la tienda si sigue ocurriendo.",
};
export default texts;
