import { mount } from "svelte";
import "../../styles/base.css";
import Home from "./Home.svelte";
import Verify from "./Verify.svelte";

const target = document.getElementById("app");
// The mail that asks to confirm an address links here.
if (target) mount(window.location.pathname === "/verify" ? Verify : Home, { target });
