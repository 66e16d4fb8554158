import { mount } from "svelte";
import "../../styles/base.css";
import { useCredentials } from "../../client/transport";
import { Session } from "../../lib/session/session.svelte";
import Purchases from "./Purchases.svelte";

const session = new Session();
useCredentials(session);
const token = decodeURIComponent(window.location.pathname.split("/")[2] ?? "");

const target = document.getElementById("app");
if (target) mount(Purchases, { target, props: { session, token } });
await session.resume();
