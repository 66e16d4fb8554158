import { mount } from "svelte";
import "../../styles/base.css";
import { useCredentials } from "../../client/transport";
import { Session } from "../../lib/session/session.svelte";
import Account from "./Account.svelte";

const session = new Session();
useCredentials(session);

const target = document.getElementById("app");
if (target) mount(Account, { target, props: { session } });
await session.resume();
