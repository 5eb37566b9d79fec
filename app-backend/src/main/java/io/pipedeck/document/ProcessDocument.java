package io.pipedeck.document;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.Json;
import io.pipedeck.db.Database;
import io.pipedeck.document.DocumentStore.LocalFile;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.AdoptedJobs;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobStore;
import io.pipedeck.pipeline.DocumentPipeline;
import io.pipedeck.pipeline.PipelineException;
import io.pipedeck.pipeline.PipelineOptions;
import io.pipedeck.pipeline.PipelineOutput;
import io.pipedeck.pipeline.PipelineRequest;
import io.pipedeck.security.Secrets;
import io.pipedeck.worker.JobContext;
import io.pipedeck.worker.JobFailure;
import io.pipedeck.worker.TrackPipelineJob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The job function for documents: fetches one from the store, runs it through the pipeline, keeps
 * its chunks.
 */
public final class ProcessDocument {
  /** The name under which clients have always asked for it. */
  public static final String FUNCTION = "te_po.pipeline.jobs.process_document";

  /** The argument with which Python programs say where the document is. */
  public static final String FILE_PATH = "file_path";

  private final Documents documents;
  private final ChunkStore chunks;
  private final StageStore stages;
  private final DocumentPipeline pipeline;
  private final Database database;
  private final Secrets secrets;
  private final DocumentFolders folders;
  private final JobStore jobs = new JobStore();
  private final AdoptedJobs adopted = new AdoptedJobs();

  /**
   * The function over these stores.
   *
   * @param folders where documents of Python programs' jobs are read from
   */
  public ProcessDocument(
      Documents documents,
      ChunkStore chunks,
      StageStore stages,
      DocumentPipeline pipeline,
      Database database,
      Secrets secrets,
      DocumentFolders folders) {
    this.documents = documents;
    this.chunks = chunks;
    this.stages = stages;
    this.pipeline = pipeline;
    this.database = database;
    this.secrets = secrets;
    this.folders = folders;
  }

  /**
   * The result as clients read it.
   *
   * @param embeddings how many chunks have a vector
   */
  public record Result(
      int chunks,
      int embeddings,
      String summary,
      double durationSec,
      @Nullable Integer pages,
      int words,
      @Nullable String language,
      List<String> warnings,
      List<StageSeconds> stages) {
    /**
     * How long a stage took.
     *
     * @param reused whether its output was there from an earlier attempt or job
     */
    public record StageSeconds(String stage, double seconds, boolean reused) {}
  }

  /** Runs the document of the job. */
  @TrackPipelineJob(
      value = FUNCTION,
      parameters = {FILE_PATH, "job_id?"})
  Result run(JobContext context) throws JobFailure, InterruptedException {
    long startedNanos = System.nanoTime();
    Claim claim = withDocument(context.claim());
    Job job = claim.job();
    PipelineOptions options = DocumentOptions.of(job.options());
    PipelineOutput output;
    try (LocalFile file = open(job)) {
      String password = password(claim);
      output =
          pipeline.run(
              new PipelineRequest(file.path(), filename(job), password, options),
              stages.of(claim, password != null),
              (stage, percent, detail) -> context.progress(stage.wireName(), percent, detail));
      if (!chunks.replace(claim, options, output)) {
        throw movedOn(claim);
      }
    } catch (PipelineException e) {
      String message = e.getMessage();
      throw new JobFailure(e.code(), message == null ? e.code().wireName() : message, e);
    }
    return result(output, seconds(System.nanoTime() - startedNanos));
  }

  /** A Python program sends no document but says where it is: its first attempt reads it in. */
  private Claim withDocument(Claim claim) throws JobFailure, InterruptedException {
    String filePath = claim.job().payloadText(FILE_PATH);
    if (claim.job().sha256() != null || filePath == null || !Adopted.is(claim.job())) {
      return claim;
    }
    DocumentStore.Stored stored = folders.read(filePath);
    var facts =
        Json.mapper()
            .createObjectNode()
            .put("sha256", stored.sha256())
            .put("size_bytes", stored.sizeBytes());
    return database
        .inTransaction(tx -> adopted.documentRead(tx, claim, stored.sha256(), facts))
        .map(job -> new Claim(claim.claimId(), job))
        .orElseThrow(() -> movedOn(claim));
  }

  private static InterruptedException movedOn(Claim claim) {
    return new InterruptedException("the claim of job " + claim.job().id() + " moved on");
  }

  private LocalFile open(Job job) throws JobFailure {
    String sha256 = job.sha256();
    if (sha256 != null) {
      var file = documents.open(sha256);
      if (file.isPresent()) {
        return file.get();
      }
    }
    throw new JobFailure(
        ErrorCode.DOCUMENT_MISSING,
        "The document " + filename(job) + " is not in the document store any more. Send it again.",
        new IllegalStateException("missing: " + sha256));
  }

  private static String filename(Job job) {
    String name = job.payloadText("filename");
    return name == null ? "document" : name;
  }

  private @Nullable String password(Claim claim) {
    return database.inTransaction(tx -> jobs.secret(tx, claim)).map(secrets::decrypt).orElse(null);
  }

  private static Result result(PipelineOutput output, double durationSec) {
    int embedded = (int) output.chunks().stream().filter(chunk -> chunk.vector() != null).count();
    return new Result(
        output.chunks().size(),
        embedded,
        output.summary(),
        durationSec,
        output.pages(),
        output.words(),
        output.language(),
        output.warnings(),
        output.stages().stream()
            .map(
                timing ->
                    new Result.StageSeconds(
                        timing.stage().wireName(),
                        seconds(timing.duration().toNanos()),
                        timing.reused()))
            .toList());
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e6) / 1e3;
  }
}
