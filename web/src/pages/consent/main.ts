import { mount } from "svelte";
import "../../styles/base.css";
import { useCredentials } from "../../client/transport";
import { Session } from "../../lib/session/session.svelte";
import Consent from "./Consent.svelte";

const session = new Session();
useCredentials(session);

const target = document.getElementById("app");
if (target) mount(Consent, { target, props: { session } });
await session.resume();
