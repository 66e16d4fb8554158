/** Where mails lead: confirming an address, choosing a password. */
export const texts = {
  verify: {
    title: "Confirm your address",
    done: "Your address is confirmed",
    refused: "This link does not work",
    refusedText: "It is too old, incomplete, or for another address. Open your account and have a new one sent.",
    text: "An account was made with [this address]. Confirm it only if that was you.",
    openStudio: "Open studio",
    openAccount: "Open your account",
    confirming: "Confirming…",
    confirm: "Confirm this address",
  },
  reset: {
    title: "Choose a password",
    done: "Your password is set",
    doneText: "Sign in with it. Devices that were signed in before are signed out.",
    signIn: "Sign in",
    again: "Choose a new password",
    whose: "For [this address]",
    tooOld: "This link is too old, or was used before.",
    newLink: "Get a new one",
    newPassword: "New password",
    set: "Set password",
  },
};

export type Texts = typeof texts;
