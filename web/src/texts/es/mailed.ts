import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "Confirma tu dirección",
    done: "Tu dirección está confirmada",
    already: "Tu dirección ya está confirmada",
    alreadyText: "Aquí no queda nada por hacer.",
    over: "Este enlace ha caducado",
    overText: "Abre tu cuenta y pide que te envíen uno nuevo.",
    refused: "Este enlace no funciona",
    refusedText: "Está incompleto o es para otra dirección. Abre tu cuenta y pide que te envíen uno nuevo.",
    text: "Se creó una cuenta con [esta dirección]. Confírmala solo si fuiste tú.",
    openStudio: "Abrir el estudio",
    openAccount: "Abrir tu cuenta",
    confirming: "Confirmando…",
    confirm: "Confirmar esta dirección",
  },
  reset: {
    title: "Elige una contraseña",
    done: "Tu contraseña está lista",
    doneText: "Inicia sesión con ella. Se ha cerrado la sesión en los demás dispositivos.",
    signIn: "Iniciar sesión",
    again: "Elige una contraseña nueva",
    whose: "Para [esta dirección]",
    faults: {
      used: "Este enlace ya se usó, o la contraseña se ha cambiado desde entonces.",
      over: "Este enlace ha caducado.",
      unknown: "Este enlace está incompleto o es para otra dirección.",
    },
    newLink: "Pedir uno nuevo",
    newPassword: "Contraseña nueva",
    set: "Guardar la contraseña",
  },
};
