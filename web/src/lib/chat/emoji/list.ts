/** What the picker offers, by group; those that a show's viewers send most come first. */
export const GROUPS = {
  smileys:
    "😀 😃 😄 😁 😆 😅 😂 🤣 🙂 😉 😊 😇 🥰 😍 🤩 😘 😋 😛 😜 🤪 🤗 🤭 🤫 🤔 🤐 😐 😏 🙄 😬 😌 😔 😴 🤤 😷 🥵 🥶 🤯 🥳 😎 🤓 🧐 😕 😮 😲 🥺 😢 😭 😱 😤 😡 🤡 👻 🤖 💩 🙈",
  people: "👍 👎 👏 🙌 🙏 👋 🤝 💪 👌 🤏 🤞 🤟 🤘 👈 👉 👆 👇 ☝️ ✊ 👊 🫶 💅 👀 🤷 🤦 🙋 💃 🕺 👶 👩 👨 👵 👑",
  hearts: "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 🤎 💔 💕 💖 💘 💝 💋 🔥 ✨ ⭐ 🌟 💫 💯 💥 ✅ ❌ ❓ ❗ 💬 💤 🎵 ⏰ 🆕 🆒",
  shopping: "🛍️ 🛒 🎁 💳 💰 💸 🏷️ 📦 🚚 💎 💍 👗 👚 👕 👖 👠 👟 👜 🎒 🧢 🕶️ 💄 🧴 🕯️ 💡 🛋️ 🖼️ 📱 💻 🎧 📷 🧸",
  food: "☕ 🍵 🥂 🍷 🍺 🍕 🍔 🍣 🥗 🍞 🧀 🍎 🍓 🍌 🍋 🥑 🌶️ 🍫 🍰 🎂 🍪 🍦",
  nature: "🐶 🐱 🐻 🦊 🐰 🐼 🦄 🐝 🦋 🐟 🌸 🌹 🌻 🌿 🌳 🍀 🌈 ☀️ 🌙 ❄️ 🌊 🏖️ ✈️ 🏠 🎉 🎊 🎈 🏆 ⚽ 🎮 🎨 🚀",
} as const;

export type Group = keyof typeof GROUPS;
