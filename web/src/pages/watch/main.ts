import { mount } from "svelte";
import "../../styles/base.css";
import { useCredentials } from "../../client/transport";
import { Session } from "../../lib/session/session.svelte";
import { watch } from "../../texts/watch";
import { Show } from "./show.svelte";
import Watch from "./Watch.svelte";

const slug = decodeURIComponent(window.location.pathname.split("/")[2] ?? "");
const session = new Session();
useCredentials(session);
const show = new Show(slug, session);

document.title = watch.title;
const target = document.getElementById("app");
if (target) mount(Watch, { target, props: { show, session } });
await session.resume();
await show.start();
