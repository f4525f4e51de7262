// What is used of the package, which brings no types of its own.
declare module "@getodk/web-forms" {
  import type { Component, Plugin } from "vue";
  export const OdkWebForm: Component;
  export const webFormsPlugin: Plugin;
}
