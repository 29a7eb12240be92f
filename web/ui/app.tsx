import { CSPProvider } from "@base-ui/react/csp-provider";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { ErrorScreen } from "./shell/error-screen.tsx";
import { Screens } from "./screens.tsx";
import { queryClient } from "./relay/relay.ts";
import { Shell } from "./shell/shell.tsx";

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <I18nProvider i18n={i18n}>
        <ErrorScreen>
          <QueryClientProvider client={queryClient}>
            <Shell>
              <Screens />
            </Shell>
          </QueryClientProvider>
        </ErrorScreen>
      </I18nProvider>
    </CSPProvider>
  );
}
