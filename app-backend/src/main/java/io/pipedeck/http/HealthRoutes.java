package io.pipedeck.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.ReadyView;
import java.util.List;
import java.util.Map;

/** Whether this process is well; public. */
final class HealthRoutes {
  private final Health health;

  HealthRoutes(Health health) {
    this.health = health;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/heartbeat", HealthRoutes::heartbeat),
        Route.get("/health/live", this::live),
        Route.get("/health/ready", this::ready));
  }

  private static void heartbeat(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, Map.of("status", "alive"));
  }

  private void live(ServerRequest request, ServerResponse response) {
    if (!health.alive()) {
      throw new RequestException(
          503, "unavailable", "The dispatching loop has not come round for 10 seconds.", List.of());
    }
    Answers.json(request, response, Map.of("status", "alive"));
  }

  private void ready(ServerRequest request, ServerResponse response) {
    ReadyView view = health.ready();
    Answers.send(
        request, response, view.status().equals("ready") ? 200 : 503, "application/json", view);
  }
}
