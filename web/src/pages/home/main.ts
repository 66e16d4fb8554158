import { mount } from "svelte";
import "../../styles/base.css";
import Home from "./Home.svelte";

const target = document.getElementById("app");
if (target) mount(Home, { target });
