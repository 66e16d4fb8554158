import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "Cerrar",
  cancel: "Cancelar",
  save: "Guardar",
  saving: "Guardando…",
  sending: "Enviando…",
  checking: "Comprobando…",
  loading: "Cargando…",
  oneMoment: "Un momento…",
  tryAgain: "Reintentar",
  continue: "Continuar",
  copy: "Copiar",
  copied: "Copiado",
  copyThis: (what) => `Copiar: ${what}`,
  reveal: (what) => `Mostrar: ${what}`,
  justNow: "ahora mismo",
  name: "Nombre",
  language: "Idioma",
  unsaved: {
    title: "¿Descartar los cambios?",
    text: "Lo que has escrito aún no está guardado.",
    discard: "Descartar",
  },

  you: "Tú",
  yourAccount: (name) => `Tu cuenta, ${name}`,
  studio: "Estudio",
  signOut: "Cerrar sesión",

  reminder: "Recordatorio",
  confirmAddress: "Confirma tu dirección: enviamos un enlace a [tu dirección].",
  sendAgain: "Enviar otra vez",
  linkSent: "El enlace está en camino. Revisa tu correo.",
  mailsKept: "Aquí no hay servidor de correo: el mensaje está en el servidor, en DATA/mail.",

  welcome: "Te damos la bienvenida a Storecast",
  notLoaded: "No se ha podido cargar. Comprueba tu conexión, cierra esta ventana e inténtalo de nuevo.",
  signedOut: "Se ha cerrado tu sesión",
  signedOutText: "Inicia sesión para continuar. Lo que escribiste sigue aquí.",
};
