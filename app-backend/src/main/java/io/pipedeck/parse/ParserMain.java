package io.pipedeck.parse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/**
 * A parser process: requests on standard input, replies on standard output, one document at a time.
 * Ends as soon as standard input closes, so it never outlives the backend, whatever it is doing.
 * Started by {@link ParserPool} only.
 */
public final class ParserMain {
  private static final long MAX_REQUEST_BYTES = 1 << 20;

  private ParserMain() {}

  /** The program; takes no arguments. */
  public static void main(String[] args) throws InterruptedException, IOException {
    PrintStream pipe = System.out;
    // Whatever a library prints must not end up between the frames.
    System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    System.setOut(System.err);
    NoNetwork.enforce();
    TempFolder temp = TempFolder.own(Path.of(System.getProperty("java.io.tmpdir")));
    BlockingQueue<Request> requests = new SynchronousQueue<>();
    Thread reader = new Thread(() -> readRequests(requests, temp), "requests");
    reader.setDaemon(true);
    reader.start();
    PdfPages.warmUp();
    serve(requests, new DataOutputStream(pipe), temp);
  }

  private static void serve(
      BlockingQueue<Request> requests, DataOutputStream replies, TempFolder temp)
      throws InterruptedException, IOException {
    var extractor = new DocumentReader();
    Frames.write(replies, new Reply.Ready());
    while (true) {
      Request request = requests.take();
      Reply last = answer(request, extractor, replies, temp.path());
      temp.empty();
      Frames.write(replies, last);
    }
  }

  private static Reply answer(
      Request request, DocumentReader extractor, DataOutputStream replies, Path temp)
      throws IOException {
    return switch (request.action()) {
      case PARSE -> extractor.read(request, reply -> Frames.write(replies, reply));
      case COUNT_PAGES -> new Reply.Counted(PdfPages.count(Path.of(request.path())));
      case COUNT_SAMPLE -> {
        Samples.write(temp);
        yield new Reply.Counted(PdfPages.count(temp.resolve(Samples.PAGES)));
      }
      case READ_SAMPLES -> {
        Samples.write(temp);
        yield new Reply.Counted(read(Samples.NAMES, request, extractor, temp));
      }
    };
  }

  private static int read(
      List<String> samples, Request request, DocumentReader extractor, Path folder)
      throws IOException {
    int read = 0;
    for (String sample : samples) {
      Reply reply = extractor.read(request.of(folder.resolve(sample)), _ -> {});
      read += reply instanceof Reply.Done ? 1 : 0;
    }
    return read;
  }

  private static void readRequests(BlockingQueue<Request> requests, TempFolder temp) {
    try {
      var in = new DataInputStream(System.in);
      @Nullable Request request = Frames.read(in, Request.class, MAX_REQUEST_BYTES);
      while (request != null) {
        requests.put(request);
        request = Frames.read(in, Request.class, MAX_REQUEST_BYTES);
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("Parser process ends: " + e);
    } finally {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      temp.delete();
      // Not exit(): a document in work must not hold the process by a shutdown hook or a lock.
      Runtime.getRuntime().halt(0);
    }
  }
}
