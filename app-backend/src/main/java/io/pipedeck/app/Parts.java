package io.pipedeck.app;

import io.pipedeck.document.Documents;
import io.pipedeck.embed.Embedder;
import io.pipedeck.job.JobSpool;
import io.pipedeck.job.JobWriter;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.search.SearchService;
import io.pipedeck.security.Secrets;
import io.pipedeck.spool.Spool;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP side, the workers and the chores of this process stand on.
 *
 * @param spool null where what comes in while PostgreSQL is away is refused
 * @param search null where nothing listens
 */
record Parts(
    Stores stores,
    Queues queues,
    JobWriter writer,
    @Nullable Spool spool,
    Documents documents,
    Secrets secrets,
    SchemaSetup schema,
    ParserPool parsers,
    Embedder embedder,
    @Nullable SearchService search) {

  /** Opens what is not open yet; nothing of it works before the schema stands. */
  static Parts open(ThisNode node, Stores stores, Queues queues, ParserPool parsers) {
    var data = new DataParts(node);
    Spool spool = data.spool();
    var writer = node.keep(new JobWriter(stores.database(), spool == null ? JobSpool.NONE : spool));
    Documents documents = data.documents(stores);
    Secrets secrets = data.secrets();
    var schema = node.keep(new SchemaSetup(stores.database()));
    Embedder embedder = node.keep(Embedder.of(node.config().embed()));
    SearchService search = node.role().listens() ? node.keep(search(node, stores, embedder)) : null;
    return new Parts(
        stores, queues, writer, spool, documents, secrets, schema, parsers, embedder, search);
  }

  private static SearchService search(ThisNode node, Stores stores, Embedder embedder) {
    var folder = node.config().home().resolve("search");
    return new SearchService(stores.database(), embedder, folder, node.clock());
  }
}
