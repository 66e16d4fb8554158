import type { Texts } from "../en/sign_in";

export const texts: Texts = {
  email: "Correo electrónico",
  password: "Contraseña",
  passwordHint: "8 caracteres como mínimo.",
  submit: "Iniciar sesión",
  submitting: "Iniciando sesión…",
  wrongPassword: "El correo o la contraseña no son correctos.",
  withPasskey: "Usar una llave de acceso",
  unknownPasskey: "Esta llave de acceso no abre ninguna cuenta aquí.",
  forgot: "¿Olvidaste tu contraseña?",
  newHere: "¿Primera vez aquí? [Crea una cuenta]",

  createAccount: "Crear cuenta",
  creating: "Creando…",
  haveAccount: "¿Ya tienes cuenta? [Inicia sesión]",

  forgotText: "Dinos tu dirección y te enviaremos un enlace para elegir una contraseña nueva.",
  mailLink: "Enviarme un enlace",
  linkMailed:
    "Si [esta dirección] tiene una cuenta aquí, va en camino un correo con un enlace. Sirve durante una hora.",
  back: "Volver a iniciar sesión",

  tooLate: "Ha pasado demasiado tiempo. Vuelve atrás e inicia sesión de nuevo.",
  usePasskey: "Usar tu llave de acceso",
  or: "o",
  recoveryCode: "Código de recuperación",
  recoveryHint: "Uno de los códigos que guardaste. Cada uno sirve una vez.",
  appCode: "Código de tu app de autenticación",
  appCodeHint: "Seis cifras. Cada 30 segundos aparece un código nuevo.",
  useApp: "Usar la app de autenticación",
  useRecoveryCode: "Usar un código de recuperación",
  operatorsNeedMore: "Los operadores de esta instalación necesitan un segundo factor. [Configura uno] para continuar.",

  hasPasskey: "Este dispositivo ya tiene una llave de acceso para tu cuenta.",
  passkeysNeedName: "Las llaves de acceso no funcionan en esta dirección. Abre el sitio por su nombre.",
  passkeyFailed: "Este dispositivo no ha podido hacerlo. Prueba con otra llave de acceso.",
};
