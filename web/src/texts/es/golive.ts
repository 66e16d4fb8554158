import type { Texts } from "../en/golive";

export const texts: Texts = {
  title: "Emitir desde este navegador",
  open: "Emitir desde este navegador",
  opening: "Pidiendo tu cámara y tu micrófono…",
  show: "Qué ven los espectadores",
  camera: "Cámara",
  screen: "Pantalla",
  both: "Pantalla y cámara",
  whichCamera: "Cámara",
  whichMicrophone: "Micrófono",
  none: "No se ha encontrado",
  preview: "Lo que verán los espectadores",
  level: "Nivel del micrófono",
  mute: "Silenciar el micrófono",
  muted: "Silenciado",
  unmute: "Activar el micrófono",
  begin: "Emitir",
  countdown: "En directo en",
  hold: "Todavía no",
  again: "Intentar de nuevo",
  connecting: "Conectando…",
  live: "Estás en directo desde este navegador",
  reconnecting: "Se ha cortado la conexión. Conectando de nuevo: el show sigue si vuelve a tiempo.",
  behind:
    "Tu conexión es demasiado lenta: los espectadores se retrasan. Cierra lo demás que la usa o acércate al router.",
  stopping: "Terminando…",
  stop: "Terminar show",
  stopTitle: "¿Terminar el show?",
  stopText: "Los espectadores ven que ha terminado. El chat y los productos se quedan.",
  keepOpen: "Deja esta página abierta mientras estés en directo. Puedes mirar otras pestañas y ventanas.",
  keepInFront:
    "Deja esta página en primer plano mientras estés en directo: los teléfonos paran la cámara de las demás.",
  leaveTitle: "¿Salir y terminar el show?",
  leaveText: "Estás en directo desde este navegador. Si sales de esta página, se cortan la imagen y el sonido.",
  leave: "Salir y terminar",
  troubles: {
    unsupported:
      "Este navegador no puede enviar nada que los espectadores puedan ver. Actualízalo o usa otro; o emite desde tu programa.",
    insecure:
      "Los navegadores solo dan la cámara y el micrófono a páginas seguras. Abre esta página en una dirección que empiece por https://, o pídesela a quien administra esta instalación.",
    denied:
      "El navegador no puede usar tu cámara o tu micrófono. Permite ambos para esta página, en los ajustes junto a la dirección, e inténtalo de nuevo.",
    absent: "No se ha encontrado cámara o micrófono. Conecta uno o comparte tu pantalla.",
    busy: "Otro programa usa tu cámara o tu micrófono. Ciérralo e inténtalo de nuevo.",
    screen_denied: "No se ha compartido la pantalla. Elígela otra vez, y después una ventana o la pantalla entera.",
    screen_ended: "La pantalla ya no se comparte. Los espectadores ven tu cámara.",
    camera_lost: "La cámara ya no está. Conéctala de nuevo o elige otra.",
    camera_paused:
      "La cámara está en pausa: los teléfonos la paran mientras esta página no está en primer plano. Los espectadores ven la última imagen hasta que continúe.",
    microphone_lost: "El micrófono ya no está: los espectadores no oyen nada. Conéctalo de nuevo o elige otro.",
    broken: "Ha fallado la cámara, el micrófono o la pantalla. Inténtalo de nuevo.",
  },
  ended: {
    unreachable:
      "No se llega al servidor para emitir. Comprueba tu conexión; si está bien, avisa a quien administra esta instalación.",
    unknown_key: "Ya no puedes emitir aquí: la clave de emisión ha cambiado. Vuelve a cargar la página.",
    taken: "Alguien ya está en directo en este canal. Termina antes ese show.",
    no_minutes: "A tu plan no le quedan minutos de emisión.",
    stopped: "Este show se ha terminado hace un momento. Espera 15 segundos y vuelve a emitir.",
    full: "El servidor no acepta más shows ahora. Inténtalo de nuevo en un momento.",
    unreadable: "El servidor no puede leer lo que graba este navegador. Actualiza el navegador o usa Chrome o Edge.",
    bit_rate: "La imagen ocupa más de lo que permite este servidor. Avisa a quien lo administra.",
    ended: "El show se ha terminado.",
    failed: "No se ha podido emitir. Inténtalo de nuevo.",
  },
};
