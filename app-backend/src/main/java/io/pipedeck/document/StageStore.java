package io.pipedeck.document;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Claim;
import io.pipedeck.pipeline.Stage;
import io.pipedeck.pipeline.StageOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outputs of stages in PostgreSQL, where every node finds them. Safe for all threads. */
public final class StageStore {
  private static final Logger LOG = LoggerFactory.getLogger(StageStore.class);

  private final Database database;
  private final long maxBytes;

  /**
   * A store in this database.
   *
   * @param maxBytes how much an attempt keeps of its document
   */
  public StageStore(Database database, long maxBytes) {
    this.database = database;
    this.maxBytes = maxBytes;
  }

  /**
   * The outputs of the claimed job's document. While PostgreSQL is away none are found and none are
   * kept; nor are they when the claim has moved on.
   *
   * @param secret whether the document has a password: then no other job sees what was read
   */
  StageOutputs of(Claim claim, boolean secret) {
    String sha256 = claim.job().sha256();
    return sha256 == null ? StageOutputs.NONE : new OfDocument(claim, sha256, secret);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(@Nullable UUID owner, int number, byte[] bytes) {}

  /** The outputs of one document, for one attempt and thread. */
  private final class OfDocument implements StageOutputs {
    private final Claim claim;
    private final String sha256;
    private final boolean secret;
    private long keptBytes;
    private boolean away;

    OfDocument(Claim claim, String sha256, boolean secret) {
      this.claim = claim;
      this.sha256 = sha256;
      this.secret = secret;
    }

    @Override
    public List<byte[]> find(OutputKey key) {
      if (away) {
        return List.of();
      }
      try {
        return fromTheFirst(database.inTransaction(tx -> select(tx, key)));
      } catch (DatabaseException e) {
        giveUp(e);
        return List.of();
      }
    }

    private List<Part> select(Tx tx, OutputKey key) {
      return tx.query(
          """
          SELECT job_id, part, bytes FROM stage_outputs
          WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ? AND pipeline_version = ? AND stage = ? AND variant = ?
            AND (job_id = ? OR (job_id IS NULL AND NOT ?))
          ORDER BY job_id NULLS LAST, part
          """,
          row ->
              new Part(row.uuid("job_id"), row.requiredInteger("part"), row.requiredBytes("bytes")),
          sha256,
          claim.job().realm(),
          ChunkStore.PIPELINE_VERSION,
          key.stage().wireName(),
          key.variant(),
          claim.job().id(),
          secret);
    }

    /** The job's own before those that all may use. */
    private static List<byte[]> fromTheFirst(List<Part> parts) {
      List<byte[]> found = new ArrayList<>();
      for (Part part : parts) {
        boolean next = part.number() == found.size();
        if (!next || !Objects.equals(part.owner(), parts.getFirst().owner())) {
          break;
        }
        found.add(part.bytes());
      }
      return found;
    }

    @Override
    public void keep(OutputKey key, int part, byte[] bytes) {
      if (away || keptBytes + bytes.length > maxBytes) {
        return;
      }
      keptBytes += bytes.length;
      @Nullable UUID owner = secret || !key.shared() ? claim.job().id() : null;
      try {
        database.run(
            tx -> {
              insert(tx, key, owner, part, bytes);
              if (key.stage() == Stage.CLEAN) {
                delete(tx, Stage.PARSE, key.variant(), owner);
              }
            });
      } catch (DatabaseException e) {
        giveUp(e);
      }
    }

    /** Each try would wait for the database; the attempt has better things to do. */
    private void giveUp(DatabaseException why) {
      away = true;
      LOG.warn(
          "Outputs of job {} are not kept any more in this attempt: {}",
          claim.job().id(),
          why.getMessage());
    }

    private void insert(Tx tx, OutputKey key, @Nullable UUID owner, int part, byte[] bytes) {
      tx.update(
          """
          INSERT INTO stage_outputs (realm, sha256, pipeline_version, job_id, stage, variant, part, bytes)
          SELECT ?, ?, ?, ?, ?, ?, ?, ? FROM pipeline_jobs WHERE id = ? AND claim_id = ?
          ON CONFLICT (sha256, realm, pipeline_version, job_id, stage, variant, part)
          DO UPDATE SET bytes = excluded.bytes, kept_at = now()
          """,
          claim.job().realm(),
          sha256,
          ChunkStore.PIPELINE_VERSION,
          owner,
          key.stage().wireName(),
          key.variant(),
          part,
          bytes,
          claim.job().id(),
          claim.claimId());
    }

    private void delete(Tx tx, Stage stage, String variant, @Nullable UUID owner) {
      tx.update(
          """
          DELETE FROM stage_outputs WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ? AND pipeline_version = ?
            AND job_id IS NOT DISTINCT FROM ? AND stage = ? AND variant = ?
          """,
          sha256,
          claim.job().realm(),
          ChunkStore.PIPELINE_VERSION,
          owner,
          stage.wireName(),
          variant);
    }
  }
}
