using System.Text.Json;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.Batch;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Batches that follow a plan: what is done, what is refused, and how they end.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly Cli _cli = new();

    public BatchTests()
    {
        PictureFile.Save(CommandLineTests.Picture(2, 50, 50), _cli.At("style.png"));
        PictureFile.Save(CommandLineTests.Picture(9, 50, 50), _cli.At("other.png"));
        foreach (string name in (string[])["in/a.png", "in/b.jpg", "in/sub/a.png", "in/sub/.hidden.png", "in/.git/c.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_cli.At(name))!);
            PictureFile.Save(CommandLineTests.Picture(name.Length, 30, 24), _cli.At(name));
        }
    }

    public void Dispose() => _cli.Dispose();

    private static string[] Batch(string input, params string[] more) => ["batch", input, "--style", "style.png", "--output-dir", "made",
        "--network", TinyNetwork.Shared.File, "--size", "24", "--iterations", "3", .. more];

    private (int Code, string Out, string Err) Expect(int code, params string[] arguments)
    {
        (int Code, string Out, string Err) run = _cli.Run(arguments);
        Assert.True(run.Code == code, $"{run.Code}: {run.Err}");
        return run;
    }

    private string[] Made => [.. Directory.GetFiles(_cli.At("made"), "*", SearchOption.AllDirectories).Select(f =>
        Path.GetRelativePath(_cli.At("made"), f).Replace('\\', '/')).Where(f => !f.StartsWith(".mlnetstyle/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void FoldersInsidePatternsAndATemplateMakeTheNames()
    {
        Expect(0, Batch("in", "--recursive"));
        Assert.Equal(["a.png", "b.jpg", "sub/a.png"], Made);
        Expect(0, Batch("in", "-r", "--pattern", "sub/*.png", "--plan", "p", "--output-name", "flat/{style}-{number}-{name}.jpg"));
        Assert.Contains("flat/style-00000-a.jpg", Made);
        string errors = Expect(CommandRunner.WrongArguments, Batch("in", "-r", "--plan", "q", "--output-name", "{name}.png")).Err;
        Assert.Contains("'a.png' and 'sub/a.png' would both be written to 'a.png'", errors);
        Expect(CommandRunner.WrongArguments, Batch("in", "--plan", "q", "--output-name", "../{name}.png"));
        Expect(CommandRunner.WrongArguments, Batch("in", "--plan", "q", "--output-name", "{title}.png"));
        Assert.False(File.Exists(_cli.At("q")));
    }

    [Theory]
    [InlineData("list.csv", "path,style,strength,output\nin/a.png,,,\n\"in/b.jpg\",other.png,80,\"x, y.png\"\n")]
    [InlineData("list.tsv", "output\tstrength\tpath\tstyle\n\t\tin/a.png\t\nx, y.png\t80\tin/b.jpg\tother.png")]
    [InlineData("list.jsonl", "{\"path\":\"in/a.png\"}\n\n{\"path\":\"in/b.jpg\",\"style\":\"other.png\",\"strength\":80,\"output\":\"x, "
        + "y.png\"}\n")]
    public void AListGivesPicturesStylesAndOutputsOfTheirOwn(string name, string text)
    {
        File.WriteAllText(_cli.At(name), text);
        Expect(0, Batch(name));
        Assert.Equal(["in/a.png", "x, y.png"], Made);
        string[] alone = ["--network", TinyNetwork.Shared.File, "--size", "24", "--iterations", "3"];
        Expect(0, ["stylize", "in/b.jpg", "--style", "other.png", "--strength", "80", "--output", "alone.png", .. alone]);
        Assert.Equal(File.ReadAllBytes(_cli.At("alone.png")), File.ReadAllBytes(_cli.At("made/x, y.png")));
        Expect(0, ["stylize", "in/a.png", "--style", "style.png", "--output", "alone.png", .. alone]);
        Assert.Equal(File.ReadAllBytes(_cli.At("alone.png")), File.ReadAllBytes(_cli.At("made/in/a.png")));
    }

    [Theory]
    [InlineData("path,colour\na.png,red", "'colour' is none of the columns")]
    [InlineData("style\na.png", "no column 'path'")]
    [InlineData("path,output\nin/a.png,../x.png", "line 2: the output '../x.png' leads out")]
    [InlineData("path,strength\nin/a.png,loud", "line 2: the strength is 'loud'")]
    [InlineData("path,style\nin/a.png", "line 2: it has 1 fields, and the head has 2")]
    [InlineData("path\n\"in/a.png", "a quote is not closed")]
    public void AListThatCannotBeMeantIsRefused(string text, string said)
    {
        File.WriteAllText(_cli.At("list.csv"), text);
        Assert.Contains(said, Expect(CommandRunner.WrongArguments, Batch("list.csv")).Err);
        Assert.False(Directory.Exists(_cli.At("made")));
    }

    [Fact]
    public void DoneMeansDoneWithTheseSettingsAndAChangeIsNamed()
    {
        Directory.CreateDirectory(_cli.At("made"));
        File.Copy(_cli.At("in/a.png"), _cli.At("made/a.png")); // of this name, but not made so
        Assert.Contains("2 pictures made", Expect(0, Batch("in")).Out);
        byte[] a = File.ReadAllBytes(_cli.At("made/a.png"));
        Assert.NotEqual(File.ReadAllBytes(_cli.At("in/a.png")), a);
        Assert.Contains("2 there already", Expect(0, Batch("in")).Out);

        File.WriteAllBytes(_cli.At("made/a.png"), File.ReadAllBytes(_cli.At("made/b.jpg"))); // replaced by another hand
        Assert.Contains("1 pictures made, 1 there already", Expect(0, Batch("in")).Out);
        Assert.Equal(a, File.ReadAllBytes(_cli.At("made/a.png")));

        PictureFile.Save(CommandLineTests.Picture(77, 30, 24), _cli.At("in/new.png"));
        Assert.Contains("1 pictures made, 2 there already", Expect(0, Batch("in")).Out);

        string errors = Expect(CommandRunner.WrongArguments, Batch("in", "--size", "20")).Err;
        Assert.Contains("--size was 24 and is 20", errors);
        PictureFile.Save(CommandLineTests.Picture(3, 50, 50), _cli.At("style.png"));
        Assert.Contains("style 0 style.png was", Expect(CommandRunner.WrongArguments, Batch("in")).Err);
        Assert.Contains("3 pictures made", Expect(0, Batch("in", "--replan")).Out);
    }

    [Fact]
    public void APlanOfOnesOwnIsWrittenOnceAndSharesCoverIt()
    {
        for (int i = 0; i < 5; i++) PictureFile.Save(CommandLineTests.Picture(i, 30, 24), _cli.At($"in/{i}.png"));
        Expect(0, Batch("in", "--plan", "p", "--shard", "1/3"));
        string[] first = Made;
        Assert.Equal(["1.png", "4.png"], first);
        Assert.Contains("2 done, 0 failed, 5 left", Expect(BatchCommand.RunAgain, "batch", "--output-dir", "made", "--plan", "p",
            "--status").Out);
        Assert.Contains("2 done, 0 failed, 0 left", Expect(0, "batch", "--output-dir", "made", "--plan", "p", "--status", "--shard",
            "1/3").Out);
        PictureFile.Save(CommandLineTests.Picture(99, 30, 24), _cli.At("in/00.png")); // would move every line
        Expect(0, Batch("in", "--plan", "p", "--shard", "0/3"));
        Expect(0, Batch("in", "--plan", "p", "--shard", "2/3"));
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png", "a.png", "b.jpg"], Made);
        Assert.Contains("7 done, 0 failed, 0 left", Expect(0, "batch", "--output-dir", "made", "--plan", "p", "--status").Out);
        Expect(CommandRunner.WrongArguments, "batch", "--output-dir", "made", "--status"); // no plan of its own
    }

    [Theory]
    [InlineData("0/8", null, null, 0, 8)]
    [InlineData("7/8", "3", null, 7, 8)]
    [InlineData("8", "3", null, 3, 8)]
    [InlineData("8", null, "5", 5, 8)]
    public void AShardIsReadFromTextOrFromTheScheduler(string text, string? slurm, string? kubernetes, int index, int count) =>
        Assert.Equal(new BatchShard(index, count), BatchShard.Parse(text, n => n == "SLURM_ARRAY_TASK_ID" ? slurm : kubernetes));

    [Theory]
    [InlineData("8/8", null, "0 to 7")]
    [InlineData("0/0", null, "write I/N")]
    [InlineData("-1/4", null, "must be 0 to 3")]
    [InlineData("a", null, "write I/N")]
    [InlineData("4", null, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set")]
    [InlineData("4", "4", "SLURM_ARRAY_TASK_ID says shard '4' of 4")]
    public void AShardThatCannotBeMeantIsRefused(string text, string? slurm, string said) => Assert.Contains(said,
        Assert.Throws<FormatException>(() => BatchShard.Parse(text, n => n == "SLURM_ARRAY_TASK_ID" ? slurm : null)).Message);

    [Fact]
    public void APictureThatFailsIsNamedAndTriedAgainOnRequest()
    {
        File.WriteAllText(_cli.At("in/page.png"), "<html>");
        string output = Expect(BatchCommand.SomeFailed, Batch("in")).Out;
        Assert.Contains("2 pictures made, 1 not made, 1 failed", output);
        using (JsonDocument note = JsonDocument.Parse(File.ReadAllText(_cli.At("made/failed/page.png.json"))))
        {
            Assert.Equal("page.png", note.RootElement.GetProperty("path").GetString());
            Assert.Contains("a web page", note.RootElement.GetProperty("reason").GetString());
        }
        Assert.Contains("2 done, 1 failed, 0 left", Expect(BatchCommand.SomeFailed, "batch", "--output-dir", "made", "--status").Out);
        PictureFile.Save(CommandLineTests.Picture(5, 30, 24), _cli.At("in/page.png"));
        Assert.Contains("a web page", Expect(BatchCommand.SomeFailed, Batch("in")).Err);
        Assert.Contains("1 pictures made, 2 there already", Expect(0, Batch("in", "--retry-failed")).Out);
        Assert.Empty(Directory.GetFiles(_cli.At("made/failed")));
    }

    [UnixFact]
    public void APictureThatKillsTheProcessIsSetAsideAfterTheThirdAttempt()
    {
        // The second write of a run is the first picture's record; it is killed once it is written.
        string[] batch = Batch("in", "--pattern", "a.png");
        Expect(0, [.. Batch("in", "--pattern", "b.jpg")]);
        for (int attempt = 1; attempt <= BatchState.MostAttempts; attempt++)
            Assert.NotEqual(0, BatchProcess.Run(_cli.Folder, BatchProcess.Fault("kill", WriteStep.Renamed, attempt == 1 ? 2 : 1),
                batch).Code);
        string errors = Expect(BatchCommand.SomeFailed, batch).Err;
        Assert.Contains("'a.png': the process ended 3 times while it was at work on it", errors);
        Assert.True(File.Exists(_cli.At("made/failed/a.png.json")));
        Expect(0, [.. batch, "--retry-failed"]);
        Assert.Contains("a.png", Made);
    }

    [UnixFact]
    public void WhereNothingCanBeWrittenTheRunEndsWithNothingHalfWrittenAndGoesOnLater()
    {
        Expect(0, Batch("in", "--output-dir", "whole"));
        foreach (WriteStep step in Enum.GetValues<WriteStep>().Where(s => s != WriteStep.Renamed))
        {
            (int code, _, string errors) = BatchProcess.Run(_cli.Folder, BatchProcess.Fault("full", step, 4), Batch("in"));
            Assert.True(code == CommandRunner.Failed, $"{code}: {errors}");
            Assert.Contains("No space left on device", errors);
            foreach (string made in Made) Assert.Equal(File.ReadAllBytes(_cli.At($"whole/{made}")),
                File.ReadAllBytes(_cli.At($"made/{made}")));
            Assert.Empty(Directory.EnumerateFiles(_cli.At("made"), ".mlnetstyle-*", SearchOption.AllDirectories));
            Expect(0, Batch("in"));
            Assert.Equal(["a.png", "b.jpg"], Made);
            Directory.Delete(_cli.At("made"), recursive: true);
        }
        if (OperatingSystem.IsLinux())
            Assert.Contains("/proc/none", Expect(CommandRunner.Failed, Batch("in", "--output-dir", "/proc/none")).Err);
    }

    [TmpfsFact]
    public void AFullDiskAndAReadOnlyOneEndTheRunAndItGoesOnOnceThereIsRoom()
    {
        PictureFile.Save(CommandLineTests.Picture(1, 300, 300), _cli.At("in/large.png"));
        string[] batch = Batch("in", "--size", "0", "--iterations", "1");
        Expect(0, [.. batch, "--output-dir", "whole"]);
        Directory.CreateDirectory(_cli.At("made"));
        TmpfsFactAttribute.Mount(_cli.At("made"), "size=64k");
        try
        {
            (int code, _, string errors) = _cli.Run(batch);
            Assert.True(code == CommandRunner.Failed, $"{code}: {errors}");
            Assert.Contains("space", errors, StringComparison.OrdinalIgnoreCase);
            foreach (string made in Made) Assert.Equal(File.ReadAllBytes(_cli.At($"whole/{made}")),
                File.ReadAllBytes(_cli.At($"made/{made}")));
            TmpfsFactAttribute.Mount(_cli.At("made"), "remount,ro,size=8m");
            (code, _, errors) = _cli.Run(batch);
            Assert.True(code == CommandRunner.Failed, $"{code}: {errors}");
            Assert.Contains("Read-only", errors, StringComparison.OrdinalIgnoreCase);
            TmpfsFactAttribute.Mount(_cli.At("made"), "remount,rw,size=8m");
            Expect(0, batch);
            Assert.Equal(File.ReadAllBytes(_cli.At("whole/large.png")), File.ReadAllBytes(_cli.At("made/large.png")));
        }
        finally
        {
            TmpfsFactAttribute.Unmount(_cli.At("made"));
        }
    }

    [UnixFact]
    public void KilledAgainAndAgainABatchLosesNothing()
    {
        KillCampaign.Counts counts = KillCampaign.Run(8, TimeSpan.FromMinutes(2), 20, 5, _ => { });
        Assert.True(counts.Kills > 0 && counts.Bad == 0, counts.ToString());
    }

    [UnixFact]
    public void ASequenceThatWasKilledGoesOnAsIfItHadNotBeen()
    {
        Directory.CreateDirectory(_cli.At("film"));
        for (int i = 0; i < 5; i++)
        {
            PlanarImage frame = CommandLineTests.Picture(4, 30, 24);
            for (int k = 0; k < 200; k++) frame.Samples[(37 * i) + k] = 255 - frame.Samples[(37 * i) + k];
            PictureFile.Save(frame, _cli.At($"film/{i}.png"));
        }
        Expect(0, Batch("film", "--sequence"));
        for (int kill = 4; kill <= 12; kill += 8)
        {
            Assert.NotEqual(0, BatchProcess.Run(_cli.Folder, BatchProcess.Fault("kill", WriteStep.Flushed, kill), Batch("film",
                "--sequence",
                "--output-dir", $"killed{kill}")).Code);
            Expect(0, Batch("film", "--sequence", "--output-dir", $"killed{kill}"));
            for (int i = 0; i < 5; i++)
                Assert.Equal(File.ReadAllBytes(_cli.At($"made/{i}.png")), File.ReadAllBytes(_cli.At($"killed{kill}/{i}.png")));
        }
        Assert.Equal(5, Made.Select(m => Convert.ToHexString(File.ReadAllBytes(_cli.At($"made/{m}")))).Distinct().Count());
    }

    [Fact]
    public void NoClobberKeepsFilesOfOthersAndGoesOnWithItsOwn()
    {
        Expect(0, Batch("in", "--no-clobber"));
        File.Delete(_cli.At("made/b.jpg"));
        byte[] own = File.ReadAllBytes(_cli.At("made/a.png"));
        Expect(0, Batch("in", "--no-clobber", "--shard", "1/2"));
        Assert.True(File.Exists(_cli.At("made/b.jpg")));
        File.WriteAllText(_cli.At("made/b.jpg"), "of another");
        Assert.Contains("--no-clobber keeps it", Expect(CommandRunner.WrongArguments, Batch("in", "--no-clobber")).Err);
        Assert.Equal(own, File.ReadAllBytes(_cli.At("made/a.png")));
        Assert.Equal("of another", File.ReadAllText(_cli.At("made/b.jpg")));
    }

    [Fact]
    public void AnOriginalThatIsGoneIsLeftOutOfThePageAndTheBatchIsDoneAllTheSame()
    {
        Expect(0, Batch("in", "--plan", "p"));
        File.Delete(_cli.At("in/b.jpg"));
        string errors = Expect(0, Batch("in", "--plan", "p", "--page", "page.html")).Err;
        Assert.Contains("left out of the view: 'b.jpg'", errors);
        Assert.Contains("2 done, 0 failed", File.ReadAllText(_cli.At("page.html")));
    }

    [Fact]
    public void ManyStrengthsInOneListGiveThePicturesThatEachGivesByItself()
    {
        int[] strengths = [10, 20, 30, 40, 50, 60, 10];
        File.WriteAllLines(_cli.At("list.csv"), ["path,strength,output", .. strengths.Select((s, i) => $"in/a.png,{s},{i}.png")]);
        Expect(0, Batch("list.csv"));
        foreach (int i in (int[])[0, 3, 5])
        {
            Expect(0, "stylize", "in/a.png", "--style", "style.png", "--output", "one.png", "--network", TinyNetwork.Shared.File, "--size", "24",
                "--iterations", "3", "--strength", $"{strengths[i]}");
            Assert.Equal(File.ReadAllBytes(_cli.At("one.png")), File.ReadAllBytes(_cli.At($"made/{i}.png")));
        }
        Assert.Equal(File.ReadAllBytes(_cli.At("made/0.png")), File.ReadAllBytes(_cli.At("made/6.png")));
        Assert.NotEqual(File.ReadAllBytes(_cli.At("made/0.png")), File.ReadAllBytes(_cli.At("made/5.png")));
    }

    [Fact]
    public void APageAndASheetShowBeforeAndAfterAndNeedNoOtherFile()
    {
        File.WriteAllText(_cli.At("in/<b>&.png"), "no picture");
        PictureFile.Save(CommandLineTests.Picture(77, 30, 24), _cli.At("in/b.jpg"));
        Expect(BatchCommand.SomeFailed, Batch("in", "--page", "made/page.html", "--sheet", "sheet.png"));
        string html = File.ReadAllText(_cli.At("made/page.html"));
        string[] pictures = [.. html.Split("src=\"").Skip(1).Select(p => p[..p.IndexOf('"')])];
        Assert.Equal(1 + 2 * 2, pictures.Length); // the style, and two pictures before and after
        Assert.All(pictures, p => Assert.StartsWith("data:image/jpeg;base64,", p));
        Assert.DoesNotContain("http", html.Replace("http-equiv", ""));
        Assert.Contains("2 done, 1 failed, 0 left", html);
        Assert.Contains("&lt;b&gt;&amp;.png", html);
        Assert.DoesNotContain("<b>", html);
        // What was before, and what came of it.
        PlanarImage before = Decoded(pictures[2]), after = Decoded(pictures[1]), content = PictureFile.Read(_cli.At("in/a.png")),
            made = PictureFile.Read(_cli.At("made/a.png"));
        Assert.Equal((content.Width, content.Height, made.Width, made.Height), (before.Width, before.Height, after.Width, after.Height));
        Assert.NotEqual(before.Width, after.Width); // so that none of them can be the other
        Assert.True(Difference(before, content) < 0.5 * Difference(before, PictureFile.Read(_cli.At("in/b.jpg"))));
        Assert.True(Difference(after, made) < 0.5 * Difference(after, PictureFile.Read(_cli.At("made/b.jpg"))));
        Assert.True(PictureFile.Read(_cli.At("sheet.png")).Width > 400);

        // Later too, with nothing painted; and never in the place of a picture.
        File.Delete(_cli.At("made/page.html"));
        DateTime written = File.GetLastWriteTimeUtc(_cli.At("made/a.png"));
        Expect(BatchCommand.SomeFailed, Batch("in", "--page", "made/page.html"));
        Assert.Equal(html, File.ReadAllText(_cli.At("made/page.html")));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_cli.At("made/a.png")));
        Assert.Contains("--sheet 'in/a.png' is the same file as the picture", Expect(CommandRunner.WrongArguments, Batch("in", "--sheet",
            "in/a.png")).Err);
        Assert.Contains("--sheet 'made/a.png' is the same file as the result", Expect(CommandRunner.WrongArguments, Batch("in", "--sheet",
            "made/a.png")).Err);
        Assert.Contains("does not end in .html", Expect(CommandRunner.WrongArguments, Batch("in", "--page", "page.txt")).Err);
        Assert.Contains("can't be combined with --queue", Expect(CommandRunner.WrongArguments, Batch("in", "--page", "p.html", "--queue",
            "Host=nowhere.invalid")).Err);

        PlanarImage Decoded(string data)
        {
            File.WriteAllBytes(_cli.At("inside.jpg"), Convert.FromBase64String(data[(data.IndexOf(',') + 1)..]));
            return PictureFile.Read(_cli.At("inside.jpg"));
        }

        static double Difference(PlanarImage one, PlanarImage other) => one.Samples.Zip(other.Samples).Average(p =>
            Math.Abs(p.First - p.Second));
    }

    [Fact]
    public void PicturesSideBySideAreThoseOfOneAfterTheOther()
    {
        Expect(0, Batch("in", "-r", "--side-by-side", "1"));
        Expect(0, Batch("in", "-r", "--side-by-side", "3", "--output-dir", "side"));
        foreach (string made in Made) Assert.Equal(File.ReadAllBytes(_cli.At($"made/{made}")), File.ReadAllBytes(_cli.At($"side/{made}")));
    }
}
