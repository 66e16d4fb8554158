import type { Texts } from "../en/scopes";

export const texts: Texts = {
  channels: "Voir, créer, modifier et supprimer vos chaînes",
  streams: "Voir vos clés de flux, démarrer et arrêter vos émissions en direct",
  media: "Voir, envoyer, modifier et supprimer vos enregistrements et vidéos",
  products: "Voir, créer, modifier et supprimer vos produits",
  orders: "Voir vos commandes et en prendre en votre nom",
  chat: "Lire et écrire des messages et des questions en votre nom",
  stats: "Voir les statistiques de vos chaînes",
  team: "Voir et modifier qui fait partie de vos équipes",
  billing: "Voir et modifier votre forfait",
  apps: "Voir et modifier les boutiques et applications connectées",
  profile: "Voir et modifier votre profil",
  operator: "Gérer cette installation, si vous en êtes opérateur",
};
