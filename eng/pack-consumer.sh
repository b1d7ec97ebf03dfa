#!/usr/bin/env bash
# Packs every package and uses them in a fresh project outside the repository, on net8.0 and net10.0: each run paints a small picture.
# A net8.0 program runs on a later runtime where .NET 8 is not installed. Everything that is made is deleted afterwards.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

version="0.0.1-consumer.$(date +%s)"
work=$(mktemp -d)
cached=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
clean() {
    rm -rf "$work"
    for name in transforms magick vgg19; do rm -rf "$cached/mlnetstyle.$name/$version"; done
}
trap clean EXIT

for project in Transforms Magick Vgg19; do
    dotnet pack "$root/src/$project" -c Release -v quiet --nologo -p:PackageVersion="$version" -o "$work/packages" >&2 ||
        die "src/$project could not be packed."
done
for name in MLNetStyle.Transforms MLNetStyle.Magick; do
    [ -f "$work/packages/$name.$version.snupkg" ] || die "$name has no symbols."
done

version_of() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props"; }
mkdir "$work/app"
cd "$work/app"
cat >nuget.config <<EOF
<configuration><packageSources><add key="packed" value="$work/packages" /></packageSources></configuration>
EOF
cat >app.csproj <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFrameworks>net8.0;net10.0</TargetFrameworks>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MLNetStyle.Transforms" Version="$version" />
    <PackageReference Include="MLNetStyle.Magick" Version="$version" />
    <PackageReference Include="MLNetStyle.Vgg19" Version="$version" />
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="$(version_of Microsoft.ML.OnnxRuntime)" />
  </ItemGroup>
</Project>
EOF
cat >Program.cs <<'EOF'
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle;

MLContext ml = new();
IDataView data = ml.Data.LoadFromEnumerable([new Photo { Path = args[0] }]);
#if NET10_0_OR_GREATER
StyleCatalog style = ml.Style;
#else
StyleCatalog style = new(ml); // the language of .NET 8 has no extension properties
#endif
foreach (string network in new[] { "compact", "vgg19" })
{
    StyleTransferOptions options = new() { Size = 64, Iterations = 4, Network = network };
    var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
        .Append(style.StyleTransfer("Styled", "Image", args[1], options))
        .Append(ml.Transforms.SaveImages("Saved", "Styled", args[2] + "-" + network, "Path"));
    using var model = pipeline.Fit(data);
    foreach (string file in model.Transform(data).GetColumn<string>("Saved")) Console.WriteLine($"{Environment.Version}: {file}");
}

class Photo { public string Path { get; set; } = ""; }
EOF
dotnet build -c Release -v quiet --nologo >&2 || die "the consumer does not build."
for framework in net8.0 net10.0; do
    DOTNET_ROLL_FORWARD=LatestMajor dotnet "bin/Release/$framework/app.dll" "$root/images/content/mountain_lake.jpg" \
        "$root/images/style/swirling_oil.jpg" "$work/$framework" || die "the consumer of $framework failed."
    for network in compact vgg19; do
        [ -s "$work/$framework-$network/mountain_lake.png" ] || [ -s "$work/$framework-$network/mountain_lake.jpg" ] ||
            die "the consumer of $framework wrote no picture with $network."
    done
done
echo "the packages work on net8.0 and net10.0"
