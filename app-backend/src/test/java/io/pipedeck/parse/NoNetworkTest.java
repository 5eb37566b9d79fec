package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pipedeck.config.ParseConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a document names is fetched, and a parser process could not fetch it. */
class NoNetworkTest {
  private final Queue<String> fetched = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init")
  private HttpServer listener;

  @TempDir Path folder;

  @BeforeEach
  void listen() throws Exception {
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    listener.createContext(
        "/",
        exchange -> {
          fetched.add(exchange.getRequestURI().getPath());
          byte[] answer = "<!ENTITY x 'fetched'>".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    listener.start();
  }

  @AfterEach
  void close() {
    listener.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + listener.getAddress().getPort();
  }

  @Test
  void whatDocumentsReferToIsNotFetched() throws Exception {
    try (var pool =
        new ParserPool(new ParseConfig(1, 256, Duration.ofMinutes(1), 100_000, 64, 100))) {
      for (Map.Entry<String, byte[]> each : referring().entrySet()) {
        Path document = Files.write(folder.resolve(each.getKey()), each.getValue());
        try {
          pool.parse(document, each.getKey(), null, (_, _) -> {});
        } catch (ParseException e) {
          assertThat(e.code().retry()).as(each.getKey()).isNotNull();
        }
      }
    }
    assertThat(fetched).isEmpty();
  }

  private Map<String, byte[]> referring() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "a.html",
        "<html><head><link rel='stylesheet' href='%1$s/css'><script src='%1$s/js'></script>"
            + "<base href='%1$s/'></head><body><img src='%1$s/img'><iframe src='%1$s/frame'>"
            + "</iframe><object data='%1$s/object'></object><p>Words</p></body></html>");
    all.put("dtd.xml", "<!DOCTYPE a SYSTEM \"%1$s/dtd\"><a>Words</a>");
    all.put("entity.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM \"%1$s/e\">]><a>&x; Words</a>");
    all.put("parameter.xml", "<!DOCTYPE a [<!ENTITY %% x SYSTEM \"%1$s/p\"> %%x;]><a>Words</a>");
    all.put(
        "schema.xml",
        "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
            + " xsi:noNamespaceSchemaLocation='%1$s/xsd'>Words</a>");
    all.put("style.xml", "<?xml-stylesheet type='text/xsl' href='%1$s/xsl'?><a>Words</a>");
    all.put(
        "include.xml",
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='%1$s/xi'/>Words</a>");
    all.put(
        "xhtml.html",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"%1$s/xhtml.dtd\">"
            + "<html xmlns='http://www.w3.org/1999/xhtml'><body>Words</body></html>");
    all.put(
        "picture.rtf",
        "{\\rtf1 Words {\\field{\\*\\fldinst INCLUDEPICTURE \"%1$s/rtf\" \\\\d}{\\fldrslt}}}");
    all.put("readme.md", "# Words\n![picture](%1$s/md)\n[link]: %1$s/link\n");
    Map<String, byte[]> referring = new LinkedHashMap<>();
    all.forEach((name, text) -> referring.put(name, text.formatted(url()).getBytes(UTF_8)));
    referring.put("template.docx", docx());
    referring.put("linked.odt", odt());
    return referring;
  }

  private byte[] docx() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put(
        "word/_rels/settings.xml.rels",
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            + "<Relationship Id='r1' TargetMode='External' Target='"
            + url()
            + "/template' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            + "/attachedTemplate'/></Relationships>");
    parts.put(
        "word/settings.xml",
        "<!DOCTYPE s SYSTEM '"
            + url()
            + "/settings'><w:settings"
            + " xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>");
    return TestDocuments.withParts(TestDocuments.docx(TestDocuments.paragraph("", "Words")), parts);
  }

  private byte[] odt() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/vnd.oasis.opendocument.text");
    parts.put(
        "content.xml",
        "<!DOCTYPE o SYSTEM '"
            + url()
            + "/odt'><o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
            + " xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
            + " xmlns:d='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'"
            + " xmlns:l='http://www.w3.org/1999/xlink'><o:body><o:text><t:p>Words"
            + "<d:image l:href='"
            + url()
            + "/image'/></t:p></o:text></o:body></o:document-content>");
    return TestDocuments.zip(parts);
  }

  @Test
  void noWayOutIsOpenToAParserProcess() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(NoNetwork.jvmOptions()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(NetworkProbe.class.getName(), url()));
    Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();

    String said = new String(probe.getInputStream().readAllBytes(), UTF_8);

    assertThat(probe.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines()).hasSize(NetworkProbe.WAYS).allMatch(line -> line.endsWith("refused"));
    assertThat(fetched).isEmpty();
  }
}
