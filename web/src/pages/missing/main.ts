import { mount } from "svelte";
import "../../styles/base.css";
import Missing from "./Missing.svelte";

const target = document.getElementById("app");
if (target) mount(Missing, { target });
