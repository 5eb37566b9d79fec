package io.pipedeck.app;

import io.pipedeck.config.Config;
import io.pipedeck.db.Database;
import io.pipedeck.document.ChunkStore;
import io.pipedeck.document.DocumentFolders;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.document.StageStore;
import io.pipedeck.embed.ChatModel;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.pipeline.DocumentPipeline;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.JobTracker;
import io.pipedeck.worker.NodePulse;
import io.pipedeck.worker.WorkerPool;
import java.time.Duration;
import java.util.function.Consumer;

/** The workers of this process and the functions that they know. */
final class WorkerSide {
  /** How long the dispatcher, and jobs that were interrupted, may take to end. */
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private WorkerSide() {}

  /**
   * A pool that takes no jobs yet.
   *
   * @param own registers the program's own functions
   * @param allGone is told when RQ's clients have sent all workers home
   */
  static WorkerPool pool(ThisNode node, Parts parts, Consumer<JobFunctions> own, Runnable allGone) {
    Config config = node.config();
    Database database = parts.stores().database();
    JobFunctions functions = functions(node, parts, own);
    var retries = new RetryPolicy(config.worker().retryDelays());
    var self =
        new Nodes.Node(
            node.identity(),
            ThisNode.hostName(),
            ProcessHandle.current().pid(),
            Release.VERSION,
            config.worker().queues(),
            config.worker().concurrency());
    return new WorkerPool(
        config.worker(),
        new WorkerPool.Parts(
            database,
            parts.writer(),
            new JobTracker(
                parts.writer(), functions, retries, parts.queues().events(), node.clock()),
            new NodePulse(database, self, parts.spool() == null ? () -> 0 : parts.spool()::depth),
            parts.queues().ofWorkers(self, functions, allGone),
            parts.queues().shares(),
            TO_STOP));
  }

  private static JobFunctions functions(ThisNode node, Parts parts, Consumer<JobFunctions> own) {
    Config config = node.config();
    Database database = parts.stores().database();
    ChatModel chat = ChatModel.of(config.embed()).map(node::keep).orElse(null);
    var pipeline = new DocumentPipeline(parts.parsers(), parts.embedder(), chat);
    var functions = new JobFunctions();
    own.accept(functions);
    if (!functions.names().contains(ProcessDocument.FUNCTION)) {
      functions.registerAll(
          new ProcessDocument(
              parts.documents(),
              new ChunkStore(database),
              new StageStore(database, config.document().stageCacheBytes()),
              pipeline,
              database,
              parts.secrets(),
              new DocumentFolders(
                  config.rq().documentFolders(),
                  parts.documents(),
                  config.http().maxUploadBytes())));
    }
    return functions;
  }
}
