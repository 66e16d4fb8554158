import { mount } from "svelte";
import "../../styles/base.css";
import Reference from "./Reference.svelte";

const target = document.getElementById("app");
if (target) mount(Reference, { target });
