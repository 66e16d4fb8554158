import { plurals } from "../plurals";

const count = plurals("en");

/** The studio: one's channels, and what is done with each before, during and after a show. */
export const texts = {
  studio: "Studio",
  gate: "Your studio",
  opening: "Opening the studio…",
  back: "All channels",

  /** What the studio has, beside what is in a channel. */
  sections: { label: "Your studio", channels: "Channels", orders: "Orders", coupons: "Coupons" },

  /** The list of channels. */
  channels: {
    title: "Channels",
    add: "New channel",
    loading: "Loading your channels…",
    more: "Show more",
    live: "LIVE",
    emptyTitle: "Create your first channel",
    emptyText: "A channel is your show’s home: its video, its chat and its products, under one link.",
    first: "Create a channel",
    created: "Channel created",
  },

  /** Making a channel. */
  create: {
    title: "New channel",
    name: "Name",
    nameHint: "What viewers read above your show. You can change it at any time.",
    nameShort: "At least 3 characters.",
    action: "Create channel",
    busy: "Creating…",
  },

  /** The address of a channel. */
  address: {
    label: "Address",
    hint: (address: string) => `Your show is at ${address}`,
    made: "Made from the name",
    random:
      "While a channel is unlisted or private, an address made from its name has a random ending, so that nobody guesses it.",
    bounds: "4 to 15 letters, digits, _ or -",
    taken: "Another channel has this address.",
  },

  privacy: {
    who: "Who can watch",
    public: "Public",
    publicText: "Anyone can watch.",
    unlisted: "Unlisted",
    unlistedText: "Anyone who has the link can watch.",
    private: "Private",
    privateText: "Only people you give a code can watch.",
  },

  /** A channel and its tabs. */
  channel: {
    loading: "Loading the channel…",
    missingTitle: "This channel cannot be shown",
    missing: "This channel does not exist, or it is not yours.",
    backToAll: "Back to the channels",
    share: "Share",
    open: "Open the watch page in a new tab",
    tabs: "Sections of the channel",
    chat: "Chat",
    products: "Products",
    stream: "Stream",
    settings: "Settings",
    unread: (messages: number) => count(messages, { one: "# new message", other: "# new messages" }),
  },

  share: {
    title: "Share your show",
    link: "Link",
    text: "Send this link to your viewers.",
    codes: "The link opens only with a code. Each code lets one person in, and you see it only now.",
    code: "Code",
    linkWithCode: "Link with code",
    make: "Make a code",
    another: "Make another",
  },

  /** The picture and what is said under it. */
  live: {
    preview: "Preview",
    video: "Preview of your show",
    idleTitle: "You are not live",
    idleText: "Start streaming in your software. The picture appears here within seconds.",
    setUp: "Server and key",
    live: "LIVE",
    off: "OFF AIR",
    lost: "Signal lost",
    lostFor: (seconds: number) => count(seconds, { one: "# s to come back", other: "# s to come back" }),
    lostText: "Your encoder is gone. Viewers see a pause. The show goes on if it comes back in time.",
    back: "Your signal is back.",
    watching: (viewers: number) => count(viewers, { one: "# watching", other: "# watching" }),
    end: "End show",
    endTitle: "End the show?",
    endText:
      "Viewers see that it has ended, and your encoder is kept out while it tries to come back. To go live again, stop the encoder for 15 seconds first, or make a new key. The chat and the products stay.",
    ended: "The show has ended",
  },

  health: {
    title: "Stream health",
    stale: "NOT CURRENT",
    good: "GOOD",
    toFix: (troubles: number) => count(troubles, { one: "# TO FIX", other: "# TO FIX" }),
    well: "All is well: your stream arrives steadily.",
    connected: "Your encoder is connected. The show starts with the first picture.",
    waiting: "Waiting for your encoder. The show goes on if it comes back in time.",
    off: "Once you stream, this tells how it arrives, and what to change if something is wrong.",
    old: "Storecast does not answer: the figures are old. Trying again every few seconds.",
    fine: "Your stream is fine again.",
    bitRate: "Bit rate",
    pictures: "Frame rate",
    keyframes: "Keyframes",
    dropped: "Dropped frames",
    lastData: "Last data",
    size: "Picture size",
    codecs: "Codecs",
    kbps: (rate: string) => `${rate} kbit/s`,
    perSecond: (frames: string) => `${frames} fps`,
    every: (seconds: string) => `every ${seconds} s`,
    none: "none",
    now: "just now",
    ago: (seconds: string) => `${seconds} s ago`,
  },

  /** What is wrong with a stream, by the server's code for it. */
  troubles: {
    recording_stopped:
      "The recording has stopped: the server’s disk is full. The show goes on. Ask whoever runs the server to make room.",
    nothing_received: "Nothing arrives any more. Check your network, and that the encoder is still streaming.",
    no_picture: "No picture for over 10 seconds: viewers have only the sound. Check the camera and the encoder.",
    no_keyframe:
      "No keyframe for over 10 seconds: who comes now waits for a picture. Set the keyframe interval to 2 seconds.",
    slow_network: "The stream arrives too slowly. Lower the video bit rate, or use a cable instead of Wi-Fi.",
    bitrate_high: "The bit rate is higher than allowed. Lower it in the encoder.",
    sound_left_out: "Browsers cannot play this sound, so viewers hear none. Set the audio encoder to AAC.",
    no_sound:
      "The encoder announced sound, but none has come: the show goes on without. Check the microphone and the audio source.",
    sound_silent: "The sound has stopped: viewers hear silence. Check the microphone and the audio source.",
    stamps_jump: "The time stamps jumped: viewers may have seen a break. If it happens again, restart the encoder.",
    unreadable_header:
      "The encoder sent a header that cannot be read. The show goes on. If picture or sound are broken, restart the encoder.",
    codec_not_everywhere:
      "Many browsers cannot play this video. Set the encoder to H.264 with 8 bits and 4:2:0 (NV12) to reach everybody.",
  },

  ingest: {
    title: "Stream from your software",
    server: "Server",
    key: "Stream key",
    warning: "Whoever has the key can go live on this channel. Keep it to yourself.",
    renew: "Make a new key",
    renewTitle: "Make a new stream key?",
    renewText:
      "The old key stops working at once. If you are live, your encoder is disconnected until it has the new key.",
    renewed: "New stream key made",
    loading: "Loading the key…",
    obs: "How to set up OBS",
    obs1: "In OBS, open [Settings → Stream] and choose the service “Custom…”.",
    obs2: "Paste the server and the stream key from here.",
    obs3: "Under [Output], set the encoder to H.264, 2,500 to 6,000 kbit/s, keyframe interval 2 s or less.",
    obs4: "Press [Start Streaming]. The preview starts within seconds.",
  },

  products: {
    title: "Products",
    catalogue: "Catalogue",
    add: "Add",
    emptyTitle: "No products yet",
    emptyText: "Add what you want to show. You can feature it with one tap while you are live.",
    search: "Search products",
    order: "Order",
    newest: "Newest",
    byName: "Name",
    byPrice: "Price",
    found: (products: number) => count(products, { one: "# product", other: "# products" }),
    nothing: "No product is called that.",
    feature: "Feature",
    featured: "Featured",
    featureName: (name: string) => `Feature ${name}`,
    featuredName: (name: string) => `Featured ${name}`,
    featuring: "Featured now",
    stop: "Stop featuring",
    edit: (name: string) => `Edit ${name}`,
    takenOff: (name: string) => `${name} removed from the show`,
    undo: "Undo",
    putOn: (name: string) => `${name} is in the show`,
    saved: (name: string) => `${name} saved`,
  },

  product: {
    addTitle: "Add a product",
    editTitle: "Edit product",
    add: "Add to the show",
    adding: "Adding…",
    save: "Save",
    saving: "Saving…",
    takeOff: "Remove from the show",
    picture: "Picture",
    choose: "Choose a picture",
    change: "Change",
    name: "Name",
    price: "Price",
    currency: "Currency",
    currencyHint: "From your account. You can choose another for each product.",
    shown: (price: string) => `Viewers see ${price}`,
    link: "Link",
    linkHint: "Where it can be bought.",
    needPicture: "Choose a picture.",
    needName: "Give it a name.",
    needLink: "Enter the full address, starting with https://",
    priceExample: (example: string) => `Enter a price such as ${example}`,
    priceDecimals: (currency: string, decimals: number) =>
      count(decimals, {
        one: `A price in ${currency} has # decimal at most.`,
        other: `A price in ${currency} has # decimals at most.`,
      }),
    priceWhole: (currency: string) => `A price in ${currency} has no decimals.`,
    priceRange: (most: string) => `A price is between 0 and ${most}.`,
  },

  catalogue: {
    title: "Your catalogue",
    search: "Search",
    hint: "At least 3 letters.",
    nothing: "Nothing found.",
    allOn: "All your products are in this show already.",
    loading: "Loading your catalogue…",
    put: "Add",
    putName: (name: string) => `Add ${name} to the show`,
    remove: (name: string) => `Delete ${name}`,
    removeTitle: (name: string) => `Delete ${name}?`,
    removeText: "It leaves your catalogue and every show, for good.",
    removeAction: "Delete",
    removed: (name: string) => `${name} deleted`,
  },

  settings: {
    about: "About",
    name: "Name",
    nameShort: "At least 3 characters.",
    description: "Description",
    descriptionHint: "What viewers read about your show.",
    descriptionShort: "At least 5 characters, or none.",
    startsAt: "Starts at",
    startsAtHint: "In your time zone.",
    countdown: "Show a countdown",
    countdownHint: "Viewers who come early see when it starts.",
    free: "No code needed",
    freeHint: "Off: viewers need a code, even with the link.",
    signIn: "Viewers sign in",
    signInHint: "Only people with an account can watch.",
    parts: "Chat and products",
    chat: "Chat",
    guests: "Guests may write",
    guestsHint: "Off: only people who are signed in.",
    shop: "Products beside the video",
    viewers: "Show how many are watching",
    removeTitle: "Delete this channel",
    removeText: "Its page, chat and product list disappear for everyone.",
    remove: "Delete channel",
    removeAsk: "Delete this channel?",
    removeAskText: "Its page, chat and product list disappear for everyone. Your products stay in your catalogue.",
    removed: "Channel deleted",
    unsaved: "Not saved yet",
    save: "Save",
    saving: "Saving…",
    saved: "Settings saved",
  },
};

export type Texts = typeof texts;
