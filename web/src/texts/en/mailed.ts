/** Where mails lead: confirming an address, choosing a password. */
export const texts = {
  verify: {
    title: "Confirm your address",
    done: "Your address is confirmed",
    already: "Your address is already confirmed",
    alreadyText: "There is nothing left to do here.",
    over: "This link is too old",
    overText: "Open your account and have a new one sent.",
    refused: "This link does not work",
    refusedText: "It is incomplete, or for another address. Open your account and have a new one sent.",
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
    faults: {
      used: "This link was used before, or the password has been set since.",
      over: "This link is too old.",
      unknown: "This link is incomplete, or for another address.",
    },
    newLink: "Get a new one",
    newPassword: "New password",
    set: "Set password",
  },
};

export type Texts = typeof texts;
