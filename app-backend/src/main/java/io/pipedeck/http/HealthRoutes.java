package io.pipedeck.http;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.ReadyView;
import java.util.List;
import java.util.Map;

/** Whether this process is well; public. */
final class HealthRoutes implements HttpService {
  private final Health health;

  HealthRoutes(Health health) {
    this.health = health;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/heartbeat", (_, response) -> Answers.json(response, Map.of("status", "alive")))
        .get("/health/live", this::live)
        .get("/health/ready", this::ready);
  }

  private void live(ServerRequest request, ServerResponse response) {
    if (!health.alive()) {
      throw new RequestException(
          503, "unavailable", "The dispatching loop has not come round for 10 seconds.", List.of());
    }
    Answers.json(response, Map.of("status", "alive"));
  }

  private void ready(ServerRequest request, ServerResponse response) {
    ReadyView view = health.ready();
    Answers.send(response, view.status().equals("ready") ? 200 : 503, "application/json", view);
  }
}
