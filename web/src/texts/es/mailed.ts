import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "Confirma tu dirección",
    done: "Tu dirección está confirmada",
    refused: "Este enlace no funciona",
    refusedText: "Es demasiado antiguo, está incompleto o es de otra dirección. Abre tu cuenta y pide uno nuevo.",
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
    tooOld: "Este enlace es demasiado antiguo o ya se usó.",
    newLink: "Pedir uno nuevo",
    newPassword: "Contraseña nueva",
    set: "Guardar la contraseña",
  },
};
