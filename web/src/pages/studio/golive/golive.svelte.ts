import { canMix, Picture, Single, type Shown } from "./picture";
import { BYTE_RATE, record, recordedType } from "./recorder";
import { Sound } from "./sound";
import { Uplink, type UplinkOptions } from "./uplink";
import { canSend, whipAddress, WhipLine } from "./whip";

export type Source = "camera" | "screen" | "both";
/** `ready` shows what would be sent; the others are what becomes of it. */
export type Phase = "closed" | "opening" | "ready" | "counting" | "connecting" | "live" | "reconnecting" | "stopping";
/** What is wrong with a device, or why it ended; the texts have words for each. */
export type Problem =
  | "unsupported"
  | "insecure"
  | "denied"
  | "absent"
  | "busy"
  | "screen_denied"
  | "screen_ended"
  | "camera_lost"
  | "camera_paused"
  | "microphone_lost"
  | "broken";

const COUNT_SECONDS = 3;
const METER_MS = 100;
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** A show from this browser: its devices, what they make, and the way to the server. */
export class GoLive {
  phase = $state<Phase>("closed");
  source = $state<Source>("camera");
  cameras = $state.raw<readonly MediaDeviceInfo[]>([]);
  microphones = $state.raw<readonly MediaDeviceInfo[]>([]);
  camera = $state("");
  microphone = $state("");
  muted = $state(false);
  /** Of the microphone, 0 to 1. */
  level = $state(0);
  behind = $state(false);
  problem = $state<Problem | null>(null);
  /** Why the show ended, in the server's word; null where it did not, or was stopped here. */
  ended = $state<string | null>(null);
  /** Seconds until it begins. */
  count = $state(0);
  since = $state<number | null>(null);
  preview = $state.raw<MediaStream | null>(null);
  /** Whether this browser records a picture put together of several; otherwise it sends one by WHIP. */
  readonly mixes = Boolean(recordedType()) && canMix();

  #picture: Shown | null = null;
  #sound: Sound | null = null;
  #uplink: Uplink | null = null;
  #tracks: Partial<Record<"camera" | "microphone" | "screen" | "screenSound", MediaStreamTrack>> = {};
  #timer: ReturnType<typeof setInterval> | undefined;
  #meter: ReturnType<typeof setInterval> | undefined;
  #lock: WakeLockSentinel | null = null;
  #listening: AbortController | null = null;

  constructor(private readonly address: () => Promise<{ url: string; key: string } | null>) {}

  /** Whether something is sent, or is to be again in a moment. */
  get onAir(): boolean {
    return ["connecting", "live", "reconnecting", "stopping"].includes(this.phase);
  }

  /** What may be shown: phones share no screen. */
  get sources(): readonly Source[] {
    if (!("getDisplayMedia" in navigator.mediaDevices)) return ["camera"];
    return this.mixes ? ["camera", "screen", "both"] : ["camera", "screen"];
  }

  /** Asks for the devices and shows what they see. Must come of a click. */
  async open(): Promise<void> {
    if (this.phase !== "closed") return;
    this.problem = this.ended = null;
    if (!window.isSecureContext || !("mediaDevices" in navigator)) {
      this.problem = "insecure";
      return;
    }
    if (!this.mixes && !canSend()) {
      this.problem = "unsupported";
      return;
    }
    this.phase = "opening";
    this.#sound = new Sound();
    await this.#openCamera();
    await this.#openMicrophone();
    if (this.phase !== "opening") return; // closed meanwhile
    const { width = 16, height = 9 } = this.#tracks.camera?.getSettings() ?? {};
    this.#picture = this.mixes ? new Picture(height > width) : new Single();
    this.preview = this.#picture.stream;
    this.#compose();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    navigator.mediaDevices.addEventListener("devicechange", () => void this.#list(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        this.#sound?.wake();
        void this.#stayAwake();
      },
      { signal },
    );
    this.#meter = setInterval(() => (this.level = this.#sound?.level() ?? 0), METER_MS);
    this.phase = "ready";
  }

  /** Lets go of everything; what is sent ends without a goodbye. */
  close(): void {
    clearInterval(this.#timer);
    clearInterval(this.#meter);
    this.#listening?.abort();
    void this.#uplink?.stop();
    this.#uplink = null;
    for (const track of Object.values(this.#tracks)) track.stop();
    this.#tracks = {};
    this.#picture?.close();
    this.#sound?.close();
    this.#picture = this.#sound = null;
    this.preview = null;
    this.since = null;
    this.behind = false;
    this.phase = "closed";
    void this.#stayAwake();
  }

  async choose(source: Source): Promise<void> {
    const before = this.source;
    this.source = source;
    this.problem = null;
    if (source !== "camera" && !this.#tracks.screen && !(await this.#openScreen())) this.source = before;
    if (this.source !== "screen" && !this.#tracks.camera) await this.#openCamera();
    if (this.source === "camera") this.#closeScreen();
    this.#compose();
  }

  async chooseCamera(id: string): Promise<void> {
    this.camera = id;
    await this.#openCamera();
    this.#compose();
  }

  async chooseMicrophone(id: string): Promise<void> {
    this.microphone = id;
    await this.#openMicrophone();
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.#sound?.mute(muted);
  }

  /** Counts down, then begins. */
  begin(): void {
    if (this.phase !== "ready") return;
    if (this.#picture?.stream.getVideoTracks().length === 0) {
      this.problem = "absent";
      return;
    }
    this.phase = "counting";
    this.ended = null;
    this.count = COUNT_SECONDS;
    this.#timer = setInterval(() => {
      this.count -= 1;
      if (this.count > 0) return;
      clearInterval(this.#timer);
      this.#start();
    }, 1000);
  }

  /** Not yet: back to what would be sent. */
  hold(): void {
    clearInterval(this.#timer);
    if (this.phase === "counting") this.phase = "ready";
  }

  /** Ends the show. */
  async stop(): Promise<void> {
    if (!this.onAir) return;
    this.phase = "stopping";
    await this.#uplink?.stop();
  }

  #start(): void {
    const picture = this.#picture;
    const sound = this.#sound;
    if (!picture || !sound) return;
    const way = picture instanceof Single ? sending(picture, sound) : recording(picture, sound);
    this.#uplink = new Uplink({
      ...way,
      address: this.address,
      byteRate: BYTE_RATE,
      onbehind: (behind) => (this.behind = behind),
      onstate: (state, code) => {
        if (state === "over") {
          this.ended = code;
          this.#uplink = null;
          this.close();
          return;
        }
        if (state === "live") this.since ??= Date.now();
        if (this.phase !== "stopping") this.phase = state;
        void this.#stayAwake();
      },
    });
    this.#uplink.start();
  }

  async #openCamera(): Promise<void> {
    const track = await this.#device("camera", { video: { ...SIZE, ...exactly(this.camera) } });
    if (track) this.camera = track.getSettings().deviceId ?? this.camera;
  }

  async #openMicrophone(): Promise<void> {
    const track = await this.#device("microphone", { audio: { ...exactly(this.microphone), echoCancellation: true } });
    if (track) this.microphone = track.getSettings().deviceId ?? this.microphone;
    this.#sound?.hear("microphone", this.#tracks.microphone ?? null);
  }

  async #openScreen(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true });
      const [video] = stream.getVideoTracks();
      const [audio] = stream.getAudioTracks();
      if (!video) return false;
      this.#tracks.screen = video;
      if (audio) this.#tracks.screenSound = audio;
      this.#sound?.hear("screen", audio ?? null);
      video.addEventListener("ended", () => {
        if (this.#tracks.screen !== video) return;
        this.#closeScreen();
        void this.choose("camera").then(() => (this.problem ??= "screen_ended"));
      });
      return true;
    } catch (error) {
      this.problem = error instanceof DOMException && error.name === "NotAllowedError" ? "screen_denied" : "broken";
      return false;
    }
  }

  #closeScreen(): void {
    this.#tracks.screen?.stop();
    this.#tracks.screenSound?.stop();
    delete this.#tracks.screen;
    delete this.#tracks.screenSound;
    this.#sound?.hear("screen", null);
  }

  /** Opens a camera or microphone in place of the one there was; says what is wrong where there is none. */
  async #device(kind: "camera" | "microphone", wanted: MediaStreamConstraints): Promise<MediaStreamTrack | null> {
    this.#tracks[kind]?.stop(); // some systems lend a device once
    delete this.#tracks[kind];
    try {
      const [track] = (await navigator.mediaDevices.getUserMedia(wanted)).getTracks();
      if (!track) return null;
      if (this.phase === "closed") {
        track.stop();
        return null;
      }
      this.#tracks[kind] = track;
      track.addEventListener("ended", () => {
        if (this.#tracks[kind] === track) this.problem = kind === "camera" ? "camera_lost" : "microphone_lost";
      });
      if (kind === "camera") this.#watchPauses(track);
      await this.#list();
      return track;
    } catch (error) {
      this.problem = problemOf(error);
      return null;
    }
  }

  /** Phones stop the camera of a page that is not in front, and go on by themselves. */
  #watchPauses(camera: MediaStreamTrack): void {
    camera.addEventListener("mute", () => {
      if (this.#tracks.camera === camera) this.problem = "camera_paused";
    });
    camera.addEventListener("unmute", () => {
      if (this.problem === "camera_paused") this.problem = null;
    });
  }

  async #list(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.cameras = devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
    this.microphones = devices.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "");
  }

  #compose(): void {
    const { camera = null, screen = null } = this.#tracks;
    this.#picture?.show("camera", this.source === "screen" ? null : camera);
    this.#picture?.show("screen", this.source === "camera" ? null : screen);
  }

  /** While something is sent the screen stays on: where it goes dark, phones stop cameras. */
  async #stayAwake(): Promise<void> {
    if (!this.onAir) {
      await this.#lock?.release();
      this.#lock = null;
    } else if (document.visibilityState === "visible" && (!this.#lock || this.#lock.released)) {
      // Refused where the battery is low: the show goes on.
      this.#lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    }
  }
}

type Way = Pick<UplinkOptions, "record" | "open">;

/** A recording, over a WebSocket. */
function recording(picture: Shown, sound: Sound): Way {
  const stream = new MediaStream([...picture.stream.getTracks(), sound.track]);
  return { record: (onpiece, onfailed) => record(stream, onpiece, onfailed) };
}

/** By WHIP: there is nothing to record. */
function sending(picture: Single, sound: Sound): Way {
  const sent = {
    sound: sound.track,
    get picture() {
      return picture.track;
    },
    set onchange(call: ((track: MediaStreamTrack | null) => void) | null) {
      picture.onchange = call;
    },
  };
  return {
    record: () => ({ stop: () => Promise.resolve() }),
    open: (url) => new WhipLine(whipAddress(url), sent),
  };
}

const exactly = (id: string) => (id === "" ? {} : { deviceId: { exact: id } });

/** By the names of https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
export function problemOf(error: unknown): Problem {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "absent";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "broken";
  }
}
