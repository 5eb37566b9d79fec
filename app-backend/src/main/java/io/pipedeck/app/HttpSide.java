package io.pipedeck.app;

import io.pipedeck.api.BackendFile;
import io.pipedeck.api.ConsistencyView;
import io.pipedeck.api.Json;
import io.pipedeck.config.Config;
import io.pipedeck.db.Tx;
import io.pipedeck.events.EventHub;
import io.pipedeck.http.ApiServer;
import io.pipedeck.http.QueueChoice;
import io.pipedeck.job.JobReadFallback;
import io.pipedeck.job.JobService;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.mirror.MirrorReads;
import io.pipedeck.mirror.MirrorStatus;
import io.pipedeck.reconcile.Consistency;
import io.pipedeck.search.SearchService;
import io.pipedeck.security.Access;
import io.pipedeck.security.PrivateFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Optional;

/** The HTTP server of this process, and how its console finds it. */
final class HttpSide {
  private final ThisNode node;
  private final ApiServer api;

  private HttpSide(ThisNode node, ApiServer api) {
    this.node = node;
    this.api = api;
  }

  /**
   * Listens from now on.
   *
   * @throws StartException if the address can't be listened on
   */
  static HttpSide listen(
      ThisNode node, Parts parts, SearchService search, EventHub hub, Dependencies health) {
    ApiServer api =
        node.keep(new ApiServer(node.config().http(), apiParts(node, parts, search, hub, health)));
    try {
      api.start();
    } catch (BindException e) {
      throw ListenAddress.refused(node.config().http(), e);
    }
    return new HttpSide(node, api);
  }

  private static ApiServer.Parts apiParts(
      ThisNode node, Parts parts, SearchService search, EventHub hub, Dependencies health) {
    Config config = node.config();
    var jobs =
        new JobService(
            parts.stores().database(),
            parts.writer(),
            parts.queues().jobs(),
            parts.queues().events(),
            new WaitingReasons(parts.queues().places(), parts.queues().shares()),
            readFallback(node));
    return new ApiServer.Parts(
        jobs,
        search,
        parts.documents(),
        new QueueChoice(parts.documents(), parts.parsers()::countPages),
        hub,
        parts.secrets(),
        health,
        new Consistency(parts.stores().database(), HttpSide::mirror)::view,
        new Access(config.security().token(), config.security().insecure()),
        config.worker().maxAttempts());
  }

  private static JobReadFallback readFallback(ThisNode node) {
    return Maintenance.login(node.config().mirror().url())
        .<JobReadFallback>map(login -> node.keep(new MirrorReads(login)))
        .orElse(JobReadFallback.NONE);
  }

  /** How far the mirror is, empty where none is set. */
  private static Optional<ConsistencyView.Mirror> mirror(Tx tx) {
    MirrorStatus status = MirrorStatus.read(tx);
    return status.state() == MirrorStatus.State.OFF
        ? Optional.empty()
        : Optional.of(
            new ConsistencyView.Mirror(
                status.state().wireName(), status.lagRows(), status.lagSeconds(), status.detail()));
  }

  /** Leaves address and token in the data folder, for this user alone, until the end. */
  void writeBackendFile() {
    String token = node.config().security().token();
    var file = new BackendFile(url(), token == null ? "" : token, ProcessHandle.current().pid());
    var path = node.config().home().resolve(BackendFile.NAME);
    try {
      PrivateFiles.replace(path, Json.mapper().writeValueAsString(file) + "\n");
    } catch (IOException e) {
      throw new StartException("The file " + path + " can't be written: " + e.getMessage(), e);
    }
    node.keep(() -> Files.deleteIfExists(path));
  }

  /** Where it listens. */
  URI url() {
    var http = node.config().http();
    String shown = http.host().contains(":") ? "[" + http.host() + "]" : http.host();
    String scheme = http.tlsCert() == null ? "http" : "https";
    return URI.create(scheme + "://" + shown + ":" + api.port());
  }
}
