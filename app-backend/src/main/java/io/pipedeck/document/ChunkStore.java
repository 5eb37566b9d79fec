package io.pipedeck.document;

import io.pipedeck.api.Json;
import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobStore;
import io.pipedeck.pipeline.PipelineOptions;
import io.pipedeck.pipeline.PipelineOutput;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks and vectors of documents. A document's version is written in one transaction: a re-run
 * replaces it.
 */
public final class ChunkStore {
  /** Raised when the pipeline begins to cut or embed differently. */
  static final int PIPELINE_VERSION = 1;

  /** Rows a round trip: a long document's rows need not stand in memory all at once. */
  private static final int ROWS = 250;

  private final Database database;
  private final JobStore jobs = new JobStore();

  public ChunkStore(Database database) {
    this.database = database;
  }

  /**
   * Replaces the chunks of the claimed job's document, and puts what was learned about it into the
   * job's payload.
   *
   * @return false if the claim had moved on: nothing was written then
   * @throws io.pipedeck.pipeline.PipelineException if vectors of that model are of another length
   */
  boolean replace(Claim claim, PipelineOptions options, PipelineOutput output) {
    return database.inTransaction(
        tx -> {
          if (!jobs.lockClaim(tx, claim)) {
            return false;
          }
          write(tx, claim.job(), options, output);
          jobs.describe(tx, claim, Json.mapper().valueToTree(DocumentFacts.of(output)));
          return true;
        });
  }

  /** What the payload tells about a document once it was read. */
  private record DocumentFacts(
      String mediaType,
      @Nullable Integer pages,
      int words,
      @Nullable String language,
      @Nullable String title,
      @Nullable String author,
      @Nullable Instant created,
      @Nullable Instant modified) {
    static DocumentFacts of(PipelineOutput output) {
      return new DocumentFacts(
          output.mediaType(),
          output.pages(),
          output.words(),
          output.language(),
          output.title(),
          output.author(),
          output.created(),
          output.modified());
    }
  }

  private static void write(Tx tx, Job job, PipelineOptions options, PipelineOutput output) {
    String hash = optionsHash(options);
    String model = output.model();
    if (model != null) {
      EmbeddingModels.check(tx, model, output.dimensions());
    }
    // The same document may be run by two jobs at once: the second waits and replaces.
    tx.query(
        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0)) IS NULL AS locked",
        row -> row.requiredBoolean("locked"),
        "chunks " + job.realm() + " " + job.sha256() + " " + hash);
    tx.update(
        """
        DELETE FROM document_chunks
        WHERE realm IS NOT DISTINCT FROM ? AND sha256 = ? AND pipeline_version = ? AND options_hash = ?
        """,
        job.realm(),
        job.sha256(),
        PIPELINE_VERSION,
        hash);
    for (int from = 0; from < output.chunks().size(); from += ROWS) {
      int to = Math.min(output.chunks().size(), from + ROWS);
      insert(
          tx,
          output.chunks().subList(from, to).stream()
              .map(chunk -> row(job, hash, model, chunk))
              .toList());
    }
  }

  private static void insert(Tx tx, List<@Nullable Object[]> rows) {
    tx.batch(
        """
        INSERT INTO document_chunks (realm, sha256, pipeline_version, options_hash, ordinal, job_id, page,
            start_offset, end_offset, heading, text, tokens, model, embedding, dimensions)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows);
  }

  private static @Nullable Object[] row(
      Job job, String hash, @Nullable String model, PipelineOutput.Chunk chunk) {
    float[] vector = chunk.vector();
    return new @Nullable Object[] {
      job.realm(),
      job.sha256(),
      PIPELINE_VERSION,
      hash,
      chunk.ordinal(),
      job.id(),
      chunk.page(),
      chunk.start(),
      chunk.end(),
      chunk.heading(),
      chunk.text(),
      chunk.tokens(),
      vector == null ? null : model,
      vector,
      vector == null ? null : vector.length
    };
  }

  /** Readable on purpose: these few options are all that makes versions differ. */
  static String optionsHash(PipelineOptions options) {
    return "size=%d,overlap=%d,ocr=%b,embed=%b"
        .formatted(options.chunkSize(), options.chunkOverlap(), options.ocr(), options.embed());
  }
}
