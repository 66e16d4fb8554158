import type { Texts } from "../en/scopes";

export const texts: Texts = {
  channels: "Ver, crear, cambiar y eliminar tus canales",
  streams: "Ver tus claves de emisión, y empezar y terminar tus directos",
  media: "Ver, subir, cambiar y eliminar tus grabaciones y vídeos",
  products: "Ver, crear, cambiar y eliminar tus productos",
  orders: "Ver tus pedidos y aceptarlos en tu nombre",
  chat: "Leer y escribir mensajes y preguntas en tu nombre",
  stats: "Ver las estadísticas de tus canales",
  team: "Ver y cambiar quién está en tus equipos",
  billing: "Ver y cambiar tu plan",
  apps: "Ver y cambiar las tiendas y apps que has conectado",
  profile: "Ver y cambiar tu perfil",
  operator: "Administrar esta instalación, si eres uno de sus operadores",
};
