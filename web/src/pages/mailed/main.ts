import { mount } from "svelte";
import "../../styles/base.css";
import Reset from "./Reset.svelte";
import Verify from "./Verify.svelte";

const target = document.getElementById("app");
if (target) mount(window.location.pathname === "/verify" ? Verify : Reset, { target });
