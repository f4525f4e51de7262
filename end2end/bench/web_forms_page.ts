// The page of the peer: ODK Web Forms showing one form, mounted as its documentation says.

import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h } from "vue";

const xml = await (await fetch(`/forms/${location.hash.slice(1)}.xml`)).text();
const form = () =>
  h(OdkWebForm, {
    formXml: xml,
    // None of the measured forms names a file.
    fetchFormAttachment: () => Promise.resolve(new Response(null, { status: 404 })),
  });
createApp(form).use(webFormsPlugin).mount("#form");
