import type { Texts } from "../en/coupons";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "Codes promo",
  add: "Nouveau code",
  loading: "Chargement de vos codes promo…",
  emptyTitle: "Pas encore de codes promo",
  emptyText:
    "Un code promo donne une remise. Épinglez-le pendant une émission, et les spectateurs le prennent d’une touche.",
  first: "Créer un code promo",
  saved: (code) => `${code} enregistré`,
  edit: (code) => `Modifier ${code}`,
  remove: (code) => `Supprimer ${code}`,
  removeTitle: (code) => `Supprimer ${code} ?`,
  removeText:
    "Plus personne ne peut l’utiliser, et il quitte toutes les émissions. Les commandes qui l’ont utilisé gardent leur remise.",
  removeAction: "Supprimer",
  removed: (code) => `${code} supprimé`,
  off: (amount) => `${amount} de remise`,
  from: (amount) => `à partir de ${amount}`,
  each: (times) => count(times, { one: "une fois par acheteur", other: "# fois par acheteur" }),
  since: (when) => `à partir du ${when}`,
  until: (when) => `jusqu’au ${when}`,
  used: (times) => count(times, { one: "utilisé # fois", other: "utilisé # fois" }),
  usedOf: (times, most) => `utilisé ${times} fois sur ${most}`,
  standings: { good: "ACTIF", early: "PAS ENCORE", over: "TERMINÉ", used: "ÉPUISÉ" },

  addTitle: "Nouveau code promo",
  editTitle: "Modifier le code promo",
  save: "Enregistrer le code",
  code: "Code",
  codeHint: "Ce que saisissent les acheteurs : lettres, chiffres, _ et -. Majuscules et minuscules se valent.",
  kind: "Il retire",
  percent: "Un pourcentage",
  amount: "Un montant",
  percentLabel: "Pourcentage",
  amountLabel: "Montant",
  currency: "Devise",
  minimum: "Commande minimale",
  minimumHint: "Vide : aucune.",
  startsAt: "Valable à partir de",
  endsAt: "Valable jusqu’à",
  datesHint: "Dans votre fuseau horaire. Vide : tout de suite, et sans fin.",
  uses: "Utilisations en tout",
  usesPerBuyer: "Utilisations par acheteur",
  usesHint: "Vide : sans limite.",
  taken: "Un autre code promo porte ce nom.",
  needCode: "3 à 40 lettres, chiffres, _ ou -",
  needPercent: "Un nombre entier de 1 à 100",
  needAmount: (currency) => `Saisissez un montant en ${currency}`,
  needLater: "La fin doit venir après le début.",
  needCount: "Saisissez un nombre entier, 1 ou plus",
  needUses: (used) =>
    count(used, { one: "Au moins # : il a servi autant de fois", other: "Au moins # : il a servi autant de fois" }),
};
