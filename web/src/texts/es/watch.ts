import type { Texts } from "../en/watch";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  title: "Show en directo",
  loading: "Cargando el show",
  signIn: "Iniciar sesión",
  signOut: "Cerrar sesión",
  account: "Cuenta",
  studio: "Estudio",
  show: "Este show",
  products: "Productos",
  productsInShow: "Productos de este show",
  openProducts: (products) => count(products, { one: "Productos: #", other: "Productos: #" }),
  viewers: (viewers) => count(viewers, { one: "# persona viendo", other: "# personas viendo" }),
  host: "Anfitrión",
  live: "EN DIRECTO",
  follow: "Seguir",
  following: "Siguiendo",
  share: "Compartir",
  linkCopied: "Enlace copiado",
  linkNotCopied: "No se pudo copiar el enlace. Cópialo de la barra de direcciones.",
  about: "Sobre este show",
  more: "Más",
  opensTab: "se abre en otra pestaña",
  described: (host) => `${host} muestra productos en directo.`,
  missing: {
    title: "Aquí no hay ningún show",
    reason: "Puede que el enlace sea antiguo o esté mal escrito. Pide uno nuevo.",
    home: "Ir a la página de inicio",
  },
  unreachable: {
    title: "No podemos conectar con el show",
    reason: "Comprueba tu conexión. Seguimos intentándolo.",
    again: "Probar ahora",
  },
  part: {
    missing: "Una parte de esta página no se ha cargado. Lo intentamos de nuevo automáticamente.",
    reload: "Volver a cargar la página",
  },
  ended: {
    title: "El show ha terminado",
    thanks: "Gracias por verlo.",
    products: "Los productos siguen aquí.",
  },
  soon: {
    title: "El show empieza en",
    now: "En cualquier momento…",
    days: (days) => count(days, { one: "día", other: "días" }),
    hours: (hours) => count(hours, { one: "hora", other: "horas" }),
    minutes: (minutes) => count(minutes, { one: "minuto", other: "minutos" }),
    seconds: (seconds) => count(seconds, { one: "segundo", other: "segundos" }),
  },
  idle: {
    title: "Ahora no hay directo",
    wait: "Quédate aquí: empieza solo en cuanto haya directo.",
  },
  gate: {
    signInTitle: "Inicia sesión para verlo",
    signInReason: "Este show es para quien haya iniciado sesión. No hace falta código.",
    title: "Este show es privado",
    reason: "Escribe el código de tu invitación para verlo.",
    code: "Código",
    watch: "Ver",
    opening: "Abriendo…",
    team: "¿Eres del equipo? [Inicia sesión]",
    wrong: "Este código no abre el show.",
    tooMany: "Demasiados intentos. Espera un minuto y prueba otra vez.",
  },
  reminder: {
    ask: "Avísame por correo cuando [host] esté en directo",
    on: "Te escribiremos cuando [host] esté en directo.",
    unconfirmed: "Confirma tu dirección y te escribiremos cuando [host] esté en directo.",
    host: "el anfitrión",
    undo: "Deshacer",
  },
};
