import type { Texts } from "../en/subscribe";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  title: "Avísame",
  intro: "Te avisamos cuando empiece [show].",
  by: "Cómo",
  email: "Por correo",
  sms: "Por SMS",
  address: "Correo electrónico",
  country: "País",
  number: "Número de móvil",
  when: "Cuándo",
  start: "Al empezar",
  before: {
    minutes: (minutes) => count(minutes, { one: "# minuto antes", other: "# minutos antes" }),
    hours: (hours) => count(hours, { one: "# hora antes", other: "# horas antes" }),
    days: (days) => count(days, { one: "# día antes", other: "# días antes" }),
  },
  send: "Avísame",
  sending: "Enviando…",
  consent: "Cada mensaje dice cómo dejar de recibirlos.",
  mailedTitle: "Mira tu correo",
  mailed: "Hemos escrito a [address]. Confírmalo con el enlace; antes no enviamos nada más.",
  spam: "¿No hay nada después de unos minutos? Mira entre el correo no deseado.",
  codeTitle: "Introduce el código",
  codeSent: "Hemos enviado un código a [number].",
  code: "Código",
  codeHint: "Seis cifras, válido 10 minutos",
  confirm: "Confirmar",
  other: "Usar otra dirección",
  otherNumber: "Usar otro número",
  doneTitle: "Te avisaremos",
  done: "Te enviaremos un SMS cuando empiece el show. Responde STOP para dejar de recibirlos.",
  close: "Cerrar",
  calendar: "Añadir al calendario",
  calendarMenu: "A qué calendario",
  file: "Apple y otros (ICS)",
  google: "Google Calendar",
  outlook: "Outlook",
  opensTab: "se abre en otra pestaña",
};
