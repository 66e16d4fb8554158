import { mount } from "svelte";
import "../../styles/base.css";
import Verify from "./Verify.svelte";

const target = document.getElementById("app");
if (target) mount(Verify, { target });
