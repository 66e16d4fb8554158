/** Signing in and up. */
export const texts = {
  email: "Email",
  password: "Password",
  passwordHint: "At least 8 characters.",
  submit: "Sign in",
  submitting: "Signing in…",
  wrongPassword: "The email or the password is not right.",
  withPasskey: "Sign in with a passkey",
  unknownPasskey: "This passkey does not open an account here.",
  forgot: "Forgot your password?",
  newHere: "New here? [Create an account]",

  createAccount: "Create account",
  creating: "Creating…",
  haveAccount: "Have an account? [Sign in instead]",

  forgotText: "Tell us your address, and we mail you a link to choose a new password.",
  mailLink: "Mail me a link",
  linkMailed: "If [this address] has an account here, a mail with a link is on its way. The link works for an hour.",
  back: "Back to sign in",

  tooLate: "This took too long. Go back and sign in again.",
  usePasskey: "Use your passkey",
  or: "or",
  recoveryCode: "Recovery code",
  recoveryHint: "One of the codes you kept when you set this up. Each works once.",
  appCode: "Code from your authenticator app",
  appCodeHint: "Six digits. A new code comes every 30 seconds.",
  useApp: "Use your authenticator app",
  useRecoveryCode: "Use a recovery code",
  operatorsNeedMore: "Operators of this installation need a second factor. [Set one up] to go on.",

  hasPasskey: "This device already has a passkey for your account.",
  passkeysNeedName: "Passkeys do not work at this address. Open the site by its proper name.",
  passkeyFailed: "This device could not do it. Try another passkey.",
};

export type Texts = typeof texts;
