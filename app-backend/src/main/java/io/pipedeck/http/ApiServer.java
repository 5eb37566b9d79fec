package io.pipedeck.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.ConsistencyView;
import io.pipedeck.config.HttpConfig;
import io.pipedeck.document.Documents;
import io.pipedeck.events.EventHub;
import io.pipedeck.job.JobService;
import io.pipedeck.search.SearchService;
import io.pipedeck.security.Access;
import io.pipedeck.security.Secrets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The HTTP listener with all its routes; one virtual thread a request. */
public final class ApiServer implements AutoCloseable {
  private static final Set<String> PUBLIC = Set.of("/heartbeat", "/health/live", "/health/ready");
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** What a form may add to its file. */
  private static final long FORM_BYTES = 8L << 20;

  private final WebServer server;
  private final Parts parts;
  private final InetSocketAddress address;

  /**
   * What the routes stand on.
   *
   * @param consistency how far the stores agree
   * @param maxAttempts of a job that doesn't say
   */
  public record Parts(
      JobService jobs,
      SearchService search,
      Documents documents,
      QueueChoice queueChoice,
      EventHub events,
      Secrets secrets,
      Health health,
      Supplier<ConsistencyView> consistency,
      Access access,
      int maxAttempts) {}

  /** A listener that listens after {@link #start}. */
  public ApiServer(HttpConfig config, Parts parts) {
    this.parts = parts;
    this.address = new InetSocketAddress(config.host(), config.port());
    var builder =
        WebServer.builder()
            .host(config.host())
            .port(config.port())
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxPayloadSize(config.maxUploadBytes() + FORM_BYTES)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .directHandlers(new ListenerProblems(config.maxUploadBytes())::addTo)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(new CarefulHttp1())
            .routing(routing -> routes(routing, config));
    if (config.tlsCert() != null && config.tlsKey() != null) {
      builder.tls(tls(config.tlsCert(), config.tlsKey()));
    }
    this.server = builder.build();
  }

  private static Tls tls(Path certificate, Path key) {
    Keys keys =
        Keys.builder()
            .pem(pem -> pem.key(Resource.create(key)).certificates(Resource.create(certificate)))
            .build();
    return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
  }

  private void routes(HttpRouting.Builder routing, HttpConfig config) {
    var limits = new EnqueueRoute.Limits(config.maxUploadBytes(), parts.maxAttempts());
    var enqueue =
        new EnqueueRoute(
            parts.jobs(), parts.documents(), parts.queueChoice(), parts.secrets(), limits);
    List<Route> routes = new ArrayList<>(new HealthRoutes(parts.health()).routes());
    routes.addAll(enqueue.routes());
    routes.addAll(new JobRoutes(parts.jobs(), parts.secrets()).routes());
    routes.addAll(new SearchRoutes(parts.search()).routes());
    routes.addAll(new AdminRoutes(parts.consistency()).routes());
    routes.addAll(new EventRoutes(parts.events(), parts.jobs()::counts).routes());
    routing.addFilter(new ConnectionClose()).any(this::admit);
    Route.addAll(routing, routes);
    routing.error(Throwable.class, Problems::handle).any(ApiServer::unknown);
  }

  private void admit(ServerRequest request, ServerResponse response) {
    if (PUBLIC.contains(request.path().path())) {
      response.next();
      return;
    }
    var caller =
        new Access.Caller(
            request.headers().first(HeaderNames.AUTHORIZATION).orElse(null),
            request.headers().first(HeaderNames.HOST).orElse(null),
            request.headers().first(HeaderNames.ORIGIN).orElse(null));
    var refusal = parts.access().refuse(caller);
    if (refusal.isEmpty()) {
      response.next();
      return;
    }
    Problems.send(
        request,
        response,
        switch (refusal.get()) {
          case UNAUTHORIZED ->
              Problems.problem(
                  401, "unauthorized", "Send the header Authorization: Bearer <token>.");
          case FORBIDDEN ->
              Problems.problem(
                  403,
                  "forbidden",
                  "Without a token only programs on this machine may call, not web pages.");
        });
  }

  private static void unknown(ServerRequest request, ServerResponse response) {
    String call = request.prologue().method() + " " + request.path().path();
    Problems.send(
        request, response, Problems.problem(404, "not_found", "There is no " + call + "."));
  }

  /**
   * Begins to listen.
   *
   * @throws BindException if the address can't be bound, with the system's reason
   */
  public void start() throws BindException {
    server.start();
    if (!server.isRunning()) {
      throw whyNot(); // The server itself only logs that.
    }
  }

  private BindException whyNot() {
    try (var probe = new ServerSocket()) {
      probe.bind(address);
      return new BindException("The listener did not start; its log says why");
    } catch (BindException e) {
      return e;
    } catch (IOException e) {
      return new BindException(e.getMessage());
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Ends running calls after a few seconds and stops listening. */
  @Override
  public void close() {
    parts.events().close();
    server.stop();
  }
}
