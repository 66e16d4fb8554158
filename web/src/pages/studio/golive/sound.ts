/** What is heard: a microphone that can be muted, and the sound of a shared screen. `track` stays the same. */
export class Sound {
  readonly track: MediaStreamTrack;
  readonly #context = new AudioContext({ latencyHint: "interactive" });
  readonly #out = this.#context.createMediaStreamDestination();
  readonly #microphone = this.#context.createGain();
  readonly #meter = this.#context.createAnalyser();
  readonly #sources: Partial<Record<"microphone" | "screen", MediaStreamAudioSourceNode>> = {};
  readonly #levels = new Float32Array(1024);

  constructor() {
    this.#meter.fftSize = this.#levels.length;
    this.#microphone.connect(this.#out);
    const [track] = this.#out.stream.getAudioTracks();
    if (!track) throw new Error("no sound");
    this.track = track;
    this.wake();
  }

  /** Phones stop it while the page is not in front. */
  wake(): void {
    void this.#context.resume();
  }

  hear(name: "microphone" | "screen", track: MediaStreamTrack | null): void {
    this.#sources[name]?.disconnect();
    delete this.#sources[name];
    if (!track) return;
    const source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#sources[name] = source;
    if (name === "screen") source.connect(this.#out);
    else {
      source.connect(this.#microphone);
      source.connect(this.#meter);
    }
  }

  mute(muted: boolean): void {
    this.#microphone.gain.value = muted ? 0 : 1;
  }

  /** How loud the microphone is, muted or not: 0 to 1, -60 to 0 dB. */
  level(): number {
    if (!this.#sources.microphone) return 0;
    this.#meter.getFloatTimeDomainData(this.#levels);
    const power = this.#levels.reduce((sum, level) => sum + level * level, 0) / this.#levels.length;
    return power > 0 ? Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 60)) : 0;
  }

  close(): void {
    void this.#context.close();
  }
}
