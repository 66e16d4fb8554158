import { mount } from "svelte";
import "../../styles/base.css";
import { useCredentials } from "../../client/transport";
import { Session } from "../../lib/session/session.svelte";
import Studio from "./Studio.svelte";

const session = new Session();
useCredentials(session);

const target = document.getElementById("app");
if (target) mount(Studio, { target, props: { session } });
await session.resume();
