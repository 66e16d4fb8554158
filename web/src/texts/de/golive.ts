import type { Texts } from "../en/golive";

export const texts: Texts = {
  title: "Live aus diesem Browser",
  open: "Aus diesem Browser live gehen",
  opening: "Kamera und Mikrofon werden angefragt …",
  show: "Was Zuschauer sehen",
  camera: "Kamera",
  screen: "Bildschirm",
  both: "Bildschirm und Kamera",
  whichCamera: "Kamera",
  whichMicrophone: "Mikrofon",
  none: "Keine gefunden",
  preview: "Was Zuschauer sehen werden",
  level: "Mikrofonpegel",
  mute: "Mikrofon stummschalten",
  muted: "Stumm",
  unmute: "Mikrofon einschalten",
  begin: "Live gehen",
  countdown: "Live gleich in",
  hold: "Noch nicht",
  again: "Noch einmal versuchen",
  connecting: "Verbindung wird aufgebaut …",
  live: "Sie sind aus diesem Browser live",
  reconnecting:
    "Die Verbindung ist abgebrochen. Sie wird neu aufgebaut: Die Show geht weiter, wenn sie rechtzeitig wieder da ist.",
  behind:
    "Ihre Verbindung ist zu langsam: Zuschauer sehen alles später. Schließen Sie, was sie sonst noch nutzt, oder gehen Sie näher an den Router.",
  stopping: "Wird beendet …",
  stop: "Show beenden",
  stopTitle: "Show beenden?",
  stopText: "Zuschauer sehen, dass sie zu Ende ist. Chat und Produkte bleiben.",
  keepOpen: "Lassen Sie diese Seite offen, solange Sie live sind. Andere Tabs und Fenster dürfen Sie ansehen.",
  keepInFront:
    "Lassen Sie diese Seite im Vordergrund, solange Sie live sind: Telefone halten die Kamera anderer Seiten an.",
  leaveTitle: "Verlassen und Show beenden?",
  leaveText: "Sie sind aus diesem Browser live. Wenn Sie diese Seite verlassen, enden Bild und Ton.",
  leave: "Verlassen und beenden",
  troubles: {
    unsupported:
      "Dieser Browser kann nichts senden, was Zuschauer abspielen können. Aktualisieren Sie ihn, nehmen Sie einen anderen, oder streamen Sie aus Ihrer Software.",
    insecure:
      "Kamera und Mikrofon geben Browser nur sicheren Seiten. Öffnen Sie diese Seite unter einer Adresse, die mit https:// beginnt, oder bitten Sie den Betreiber dieser Installation darum.",
    denied:
      "Der Browser darf Kamera oder Mikrofon nicht benutzen. Erlauben Sie beides für diese Seite in den Einstellungen neben der Adresse und versuchen Sie es noch einmal.",
    absent:
      "Es wurde keine Kamera oder kein Mikrofon gefunden. Schließen Sie eines an, oder teilen Sie Ihren Bildschirm.",
    busy: "Ein anderes Programm benutzt Kamera oder Mikrofon. Schließen Sie es und versuchen Sie es noch einmal.",
    screen_denied:
      "Der Bildschirm wurde nicht geteilt. Wählen Sie ihn noch einmal, und dann ein Fenster oder den ganzen Bildschirm.",
    screen_ended: "Der Bildschirm wird nicht mehr geteilt. Zuschauer sehen Ihre Kamera.",
    camera_lost: "Die Kamera ist weg. Schließen Sie sie wieder an, oder wählen Sie eine andere.",
    camera_paused:
      "Die Kamera pausiert: Telefone halten sie an, solange diese Seite nicht im Vordergrund ist. Zuschauer sehen das letzte Bild, bis es weitergeht.",
    microphone_lost:
      "Das Mikrofon ist weg: Zuschauer hören nichts. Schließen Sie es wieder an, oder wählen Sie ein anderes.",
    broken: "Kamera, Mikrofon oder Bildschirm haben versagt. Versuchen Sie es noch einmal.",
  },
  ended: {
    unreachable:
      "Der Server ist zum Live-Gehen nicht zu erreichen. Prüfen Sie Ihre Verbindung; wenn sie in Ordnung ist, sagen Sie es dem Betreiber dieser Installation.",
    unknown_key: "Sie dürfen hier nicht mehr live gehen: Der Streamschlüssel ist ein anderer. Laden Sie die Seite neu.",
    taken: "Auf diesem Kanal ist schon jemand live. Beenden Sie erst diese Show.",
    no_minutes: "In Ihrem Tarif sind keine Streaming-Minuten mehr übrig.",
    stopped: "Diese Show wurde eben beendet. Warten Sie 15 Sekunden und gehen Sie dann wieder live.",
    full: "Der Server nimmt gerade keine weiteren Shows an. Versuchen Sie es gleich noch einmal.",
    unreadable:
      "Der Server kann nicht lesen, was dieser Browser aufnimmt. Bringen Sie den Browser auf den neuesten Stand, oder nehmen Sie Chrome oder Edge.",
    bit_rate: "Das Bild braucht mehr, als dieser Server erlaubt. Sagen Sie es dem Betreiber.",
    ended: "Die Show wurde beendet.",
    failed: "Das Live-Gehen ist fehlgeschlagen. Versuchen Sie es noch einmal.",
  },
};
