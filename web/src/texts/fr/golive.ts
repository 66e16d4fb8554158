import type { Texts } from "../en/golive";

export const texts: Texts = {
  title: "Passer en direct depuis ce navigateur",
  open: "Passer en direct depuis ce navigateur",
  opening: "Demande d’accès à la caméra et au micro…",
  show: "Ce que voient les spectateurs",
  camera: "Caméra",
  screen: "Écran",
  both: "Écran et caméra",
  whichCamera: "Caméra",
  whichMicrophone: "Micro",
  none: "Aucun trouvé",
  preview: "Ce que verront les spectateurs",
  level: "Niveau du micro",
  mute: "Couper le micro",
  muted: "Coupé",
  unmute: "Rétablir le micro",
  begin: "Passer en direct",
  countdown: "En direct dans",
  hold: "Pas encore",
  again: "Réessayer",
  connecting: "Connexion…",
  live: "Vous êtes en direct depuis ce navigateur",
  reconnecting: "La connexion est rompue. Reconnexion : l’émission continue si elle revient à temps.",
  behind:
    "Votre connexion est trop lente : les spectateurs prennent du retard. Fermez ce qui l’utilise aussi, ou rapprochez-vous du routeur.",
  stopping: "Fin en cours…",
  stop: "Terminer",
  stopTitle: "Terminer l’émission ?",
  stopText: "Les spectateurs voient qu’elle est finie. Le chat et les produits restent.",
  keepOpen:
    "Gardez cette page ouverte tant que vous êtes en direct. Vous pouvez regarder d’autres onglets et fenêtres.",
  keepInFront:
    "Gardez cette page au premier plan tant que vous êtes en direct : les téléphones arrêtent la caméra des autres pages.",
  leaveTitle: "Quitter et terminer l’émission ?",
  leaveText: "Vous êtes en direct depuis ce navigateur. Si vous quittez cette page, l’image et le son s’arrêtent.",
  leave: "Quitter et terminer",
  troubles: {
    unsupported:
      "Ce navigateur ne peut rien envoyer que les spectateurs puissent lire. Mettez-le à jour ou utilisez-en un autre ; ou diffusez depuis votre logiciel.",
    insecure:
      "Les navigateurs ne donnent la caméra et le micro qu’aux pages sécurisées. Ouvrez cette page à une adresse qui commence par https://, ou demandez-en une à qui gère cette installation.",
    denied:
      "Le navigateur n’a pas le droit d’utiliser votre caméra ou votre micro. Autorisez les deux pour cette page, dans les réglages à côté de l’adresse, puis réessayez.",
    absent: "Aucune caméra ou aucun micro n’a été trouvé. Branchez-en un, ou partagez votre écran.",
    busy: "Un autre programme utilise votre caméra ou votre micro. Fermez-le, puis réessayez.",
    screen_denied: "L’écran n’a pas été partagé. Choisissez-le à nouveau, puis une fenêtre ou l’écran entier.",
    screen_ended: "L’écran n’est plus partagé. Les spectateurs voient votre caméra.",
    camera_lost: "La caméra n’est plus là. Rebranchez-la, ou choisissez-en une autre.",
    camera_paused:
      "La caméra est en pause : les téléphones l’arrêtent tant que cette page n’est pas au premier plan. Les spectateurs voient la dernière image jusqu’à la reprise.",
    microphone_lost:
      "Le micro n’est plus là : les spectateurs n’entendent rien. Rebranchez-le, ou choisissez-en un autre.",
    broken: "La caméra, le micro ou l’écran ont échoué. Réessayez.",
  },
  ended: {
    unreachable:
      "Le serveur est injoignable pour le direct. Vérifiez votre connexion ; si elle est bonne, prévenez qui gère cette installation.",
    unknown_key: "Vous ne pouvez plus passer en direct ici : la clé de diffusion a changé. Rechargez la page.",
    taken: "Quelqu’un est déjà en direct sur cette chaîne. Terminez d’abord cette émission.",
    no_minutes: "Il ne reste plus de minutes de diffusion dans votre offre.",
    stopped: "Cette émission vient d’être terminée. Attendez 15 secondes, puis repassez en direct.",
    full: "Le serveur n’accepte plus d’émissions pour l’instant. Réessayez dans un moment.",
    unreadable:
      "Le serveur ne peut pas lire ce que ce navigateur enregistre. Mettez le navigateur à jour, ou utilisez Chrome ou Edge.",
    bit_rate: "L’image demande plus que ce serveur ne permet. Prévenez qui le gère.",
    ended: "L’émission a été terminée.",
    failed: "Le passage en direct a échoué. Réessayez.",
  },
};
